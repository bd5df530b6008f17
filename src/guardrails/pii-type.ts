/** The kinds of personal information, with what people are told and how each is masked. */
import type { MaskStyle } from './rule.js';

/** Kinds of personal information; the first five are those of the seeds. */
export const PII_TYPES = ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'mac_address', 'crypto_wallet', 'us_itin', 'uk_nino', 'uk_nhs', 'secret'] as const;
/** One of {@link PII_TYPES}. */
export type PiiType = (typeof PII_TYPES)[number];

/** What a finding may be called: a kind, a long run of digits that no kind explains (`redact: 'safe'`), or a value of the deny list. */
export type PiiLabel = PiiType | 'number' | 'denied';

/** What is known of a kind. */
export interface PiiKind {
  /** The beginning of the message. */
  readonly label: string;
  readonly mask: MaskStyle;
  /** Among findings of the same standing and length, the higher one stays. */
  readonly priority: number;
}

/** Facts of every kind. */
export const PII_KINDS: Readonly<Record<PiiLabel, PiiKind>> = {
  email: { label: 'Email address', mask: 'email', priority: 9 },
  phone: { label: 'Phone number', mask: 'shape', priority: 3 },
  ssn: { label: 'Social security number', mask: 'shape', priority: 6 },
  credit_card: { label: 'Credit card number', mask: 'shape', priority: 8 },
  ip_address: { label: 'IP address', mask: 'shape', priority: 7 },
  iban: { label: 'Bank account number (IBAN)', mask: 'shape', priority: 10 },
  mac_address: { label: 'MAC address', mask: 'shape', priority: 5 },
  crypto_wallet: { label: 'Crypto wallet address', mask: 'full', priority: 10 },
  us_itin: { label: 'Taxpayer number', mask: 'shape', priority: 5 },
  uk_nino: { label: 'National insurance number', mask: 'shape', priority: 5 },
  uk_nhs: { label: 'NHS number', mask: 'shape', priority: 5 },
  secret: { label: 'Secret', mask: 'full', priority: 11 },
  number: { label: 'Long number', mask: 'shape', priority: 1 },
  denied: { label: 'Listed value', mask: 'full', priority: 12 },
};
