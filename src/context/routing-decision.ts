/** What a router stage decided, as later stages and logs see it. */
import type { Data } from '../base/data.js';
import { optionalText, readField } from './wire.js';

/** Fields of a {@link RoutingDecision}. */
export interface RoutingDecisionInit {
  readonly agentId?: string | null | undefined;
  readonly pipelineName?: string | null | undefined;
  readonly topology?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

/** A frozen routing decision. */
export class RoutingDecision {
  /** The agent that answers. */
  readonly agentId: string | null;
  /** The pipeline that runs. */
  readonly pipelineName: string | null;
  /** Its topology. */
  readonly topology: string | null;
  /** Why. */
  readonly reason: string | null;

  /** Throws `InvalidOptionError` for a field that is not a text. */
  constructor(init: RoutingDecisionInit = {}) {
    this.agentId = optionalText('RoutingDecision.agentId', init.agentId);
    this.pipelineName = optionalText('RoutingDecision.pipelineName', init.pipelineName);
    this.topology = optionalText('RoutingDecision.topology', init.topology);
    this.reason = optionalText('RoutingDecision.reason', init.reason);
    Object.freeze(this);
  }

  /** Wire form, snake_case. */
  toDict(): Data {
    return { agent_id: this.agentId, pipeline_name: this.pipelineName, topology: this.topology, reason: this.reason };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, either spelling. */
  static fromDict(dict: Readonly<Data>): RoutingDecision {
    return new RoutingDecision({
      agentId: readField(dict, 'agent_id') as string | null, // the constructor checks each
      pipelineName: readField(dict, 'pipeline_name') as string | null,
      topology: dict['topology'] as string | null,
      reason: dict['reason'] as string | null,
    });
  }
}
