/** What one check says about one text. */
import { frozenCopy, isPlainObject, type Data } from '../base/data.js';
import { InvalidOptionError, refuseUnknownOptions, requireBoolean } from '../base/option.js';
import { dataToWire, fromWire, optionalText, readField, requireList } from '../context/wire.js';
import { PolicyViolation } from './violation.js';

/** Options of {@link GuardrailResult}. */
export interface GuardrailResultInit {
  /** Whether the text passed. */
  readonly passed: boolean;
  /** @default [] */
  readonly violations?: readonly PolicyViolation[];
  /** The text after the check's changes. @default null */
  readonly transformedContent?: string | null;
  /** Facts beside; keys in snake_case. @default {} */
  readonly metadata?: Readonly<Data>;
}

/** The result of a check. Frozen. */
export class GuardrailResult {
  /** Whether the text passed; false also when everything that was found has been redacted. */
  readonly passed: boolean;
  /** What was found, in order of place. */
  readonly violations: readonly PolicyViolation[];
  /** The text after the check's changes; null when the check changes nothing. */
  readonly transformedContent: string | null;
  /** Facts beside. */
  readonly metadata: Readonly<Data>;

  /** Throws `InvalidOptionError` for members of the wrong type. */
  constructor(init: GuardrailResultInit) {
    if (!isPlainObject(init)) throw new InvalidOptionError('GuardrailResult', init, 'a record with passed, violations, transformedContent, metadata');
    refuseUnknownOptions('GuardrailResult', init, ['passed', 'violations', 'transformedContent', 'metadata']);
    this.passed = requireBoolean('GuardrailResult.passed', init.passed);
    const { violations = [], transformedContent = null, metadata } = init;
    if (!Array.isArray(violations) || !violations.every((one) => one instanceof PolicyViolation)) throw new InvalidOptionError('GuardrailResult.violations', violations, 'a list of PolicyViolation');
    if (transformedContent !== null && typeof transformedContent !== 'string') throw new InvalidOptionError('GuardrailResult.transformedContent', transformedContent, 'a string or null');
    this.violations = Object.freeze([...(violations as readonly PolicyViolation[])]);
    this.transformedContent = transformedContent;
    this.metadata = frozenCopy(metadata ?? {});
    Object.freeze(this);
  }

  /** Wire form: `passed`, `violations`, `transformed_content`, `metadata`. */
  toDict(): Data {
    return { passed: this.passed, violations: this.violations.map((one) => one.toDict()), transformed_content: this.transformedContent, metadata: dataToWire(this.metadata) };
  }

  /** Same as {@link toDict}. */
  toJSON(): Data {
    return this.toDict();
  }

  /** Reads the wire form, with keys in either spelling; throws `InvalidOptionError` where it is not one. */
  static fromDict(dict: Readonly<Data>): GuardrailResult {
    if (!isPlainObject(dict)) throw new InvalidOptionError('GuardrailResult.fromDict', dict, 'a plain record');
    const metadata = dict['metadata'];
    return new GuardrailResult({
      passed: requireBoolean('GuardrailResult.passed', dict['passed']),
      violations: requireList('GuardrailResult.violations', dict['violations']).map((one) => PolicyViolation.fromDict(one as Data)),
      transformedContent: optionalText('GuardrailResult.transformedContent', readField(dict, 'transformed_content')),
      metadata: isPlainObject(metadata) ? (fromWire(metadata) as Data) : {},
    });
  }
}
