import { describe, expect, it } from 'vitest';
import { compilePatterns } from '../../src/pattern/compile.js';
import { minimizeProgram } from '../../src/pattern/minimize.js';

describe('a minimised program', () => {
  it('has one state for what goes on alike', () => {
    const program = minimizeProgram(compilePatterns([{ pattern: '(?:ab|cb)d|(?:eb|fb)d' }]));
    expect(program.states).toBe(4); // before a letter of acef, before b, before d, behind d
  });

  it('has no state that no start leads to', () => {
    const pattern = { pattern: 'a(?:(?!)b+c|d)' };
    expect(minimizeProgram(compilePatterns([pattern])).states).toBe(3);
  });

  it('is itself when minimised again, and has sets by how often they are used', () => {
    const once = minimizeProgram(compilePatterns([{ pattern: '\\bx\\d{2,4}y|xxx' }, { pattern: '[^a]+$', flags: 'm' }]));
    expect(minimizeProgram(once).bytes).toEqual(once.bytes);
    const uses = Array.from({ length: once.sets }, (_, set) => once.itemList.filter((item) => item !== 0xffff && (item & 0xffff) === set).length);
    expect(uses).toEqual([...uses].sort((a, b) => b - a));
  });

  it('keeps patterns apart, and those that match nothing', () => {
    const program = minimizeProgram(compilePatterns([{ pattern: 'a' }, { pattern: 'a' }, { pattern: '[]' }]));
    expect(program.patterns).toBe(3);
    expect(program.firstState[3]).toBe(program.states);
    expect(program.starts[2 * program.kinds]).toBe(0xffff);
  });
});
