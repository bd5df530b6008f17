/** Tools that take their time and give what a scenario says. */
import { sleep, type Clock } from '../base/clock.js';
import type { Tool } from '../providers/tool.js';
import type { CallLog } from './call-log.js';
import type { SimulatedTool } from './scenario.js';
import { SimulatedFault } from './take.js';

/** The tools of a scenario. */
export function simulatedTools(tools: readonly SimulatedTool[], clock: Clock, calls: CallLog): readonly Tool[] {
  return tools.map(({ name, ms = 0, result = 'ok', fails = false }) => ({
    name,
    execute: async (_input, { signal }) => {
      const call = calls.begin('tool');
      try {
        await sleep(clock, ms, signal);
        if (fails) throw new SimulatedFault('tool');
        call.item();
        call.end('finish');
        return result;
      } catch (error) {
        call.end(signal.aborted ? 'aborted' : 'error');
        throw error;
      }
    },
  }));
}
