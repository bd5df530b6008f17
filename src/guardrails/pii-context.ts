/**
 * Words around a number that say what it is, or that it is something else. A window of 60 characters
 * before it counts, up to the number before; where both kinds of words stand there, the nearer one
 * decides.
 */

/** Characters before a candidate in which words count. */
export const CONTEXT_BEFORE = 60;
/** Characters after a candidate in which words count. */
export const CONTEXT_AFTER = 32;

/** Kinds of words that may stand around a number. */
export type Cue = 'phone' | 'ssn' | 'us_itin' | 'credit_card' | 'uk_nhs' | 'other';

// Words by kind, in lower case; two words with a blank count side by side. A cue of several languages is one word here.
const CUE_WORDS: ReadonlyMap<string, Cue> = table({
  phone:
    'area_code phone phones telephone telephones fon tel telefon telefonnummer telefono teléfono téléphone telephonnummer call calls calling called callback cell cellular cellphone mobile mobil handy handynummer fax dial ring text texted texting sms whatsapp landline desk hotline voicemail reach reachable reached contact answering messages_to message_to registered extension ph mob portable móvil movil celular cellulare numéro_de numero_de international_one',
  ssn: 'ss ssn social socials social_security socialsecurity soc_sec sss',
  us_itin: 'itin tin taxpayer tax_payer tax_id taxid',
  credit_card: 'card cards credit debit visa mastercard master_card amex american_express discover diners maestro cc pan kreditkarte kreditkartennummer tarjeta carte',
  uk_nhs: 'nhs national_health health_service patient',
  other:
    'order orders invoice invoices tracking ref reference references case serial serials timestamp timestamps epoch unix isbn issn ean upc sku ticket tickets part checksum checksums sha zip postal postcode code codes coordinate coordinates lat lon build commit receipt account acct routing policy claim batch model product item transaction confirmation booking id ids version pin date dated born amount total usd eur gbp price page pages chapter port room box unit flight vin imei doi pid uuid error iban swift bic shipment package parcel quote permit license licence lot bestellung bestellnummer rechnung rechnungsnummer sendungsnummer kundennummer commande facture pedido factura ordine fattura',
});
const NUMBER_WORDS: ReadonlySet<string> = new Set('number numbers nummer número numero numéro'.split(' '));
const WORD = /\p{L}+/gu;

function table(rows: Readonly<Record<Cue, string>>): ReadonlyMap<string, Cue> {
  return new Map(Object.entries(rows).flatMap(([cue, words]) => words.split(' ').map((word) => [word.replaceAll('_', ' '), cue as Cue] as const)));
}

// Asked of text in lower case: ignoring case costs a hundred times as much to compile where letters of all scripts are told apart.
const VERSION = /(?<![\p{L}])(?:v|ver|versions?|firmware|release[ds]?|builds?|sections?|chapters?|oid|upgrade[ds]?(?: to)?|sdk|requires?|kernel|driver|patch|update[ds]?|rev(?:ision)?|paragraph|clause|appendix|figure|table|article|revision|assembly|runtime|api|package|library|module|dll|ios|android|chrome|firefox|safari|edge|java|python|node|npm)[ :#=>v.]*$/u;
const VERSION_NEAR = /(?<![\p{L}])(?:version|firmware|sdk|oid|upgrade to)(?![\p{L}])/u;
const AFTER_PHONE = /^[^\p{L}\n]{0,4}(?:is |are |was )?(?:(?:my|our|the|her|his|their|a|your) )?(?:(?:new|home|work|main|direct|office|personal) )?(?:phone|cell|mobile|number|landline|fax|callback|tel\b|\(?(?:mobile|cell|home|work|office|fax)\)?)/u;
const VERSION_AFTER = /^[ )]{0,2}(?:version|firmware|of the (?:manual|sdk|spec|document)|release)/u;

/** What the words around a span say. */
export interface Context {
  /** For each kind of word before the span, how far from it the nearest stands; Infinity where there is none. */
  readonly distance: Readonly<Record<Cue, number>>;
  /** "number" and its like stands before, which is a weak cue. */
  readonly number: boolean;
  /** Words after the span say that it is a phone number. */
  readonly phoneAfter: boolean;
}

/** Reads the words around `[start, end)`; `floor` is where the window may begin at the earliest. */
export function contextOf(text: string, start: number, end: number, floor: number): Context {
  const before = text.slice(Math.max(floor, start - CONTEXT_BEFORE), start).toLowerCase();
  const distance: Record<Cue, number> = { phone: Infinity, ssn: Infinity, us_itin: Infinity, credit_card: Infinity, uk_nhs: Infinity, other: Infinity };
  let number = false;
  let last = '';
  for (const { 0: word, index } of before.matchAll(WORD)) {
    const cue = CUE_WORDS.get(`${last} ${word}`) ?? CUE_WORDS.get(word);
    if (cue !== undefined) distance[cue] = before.length - index - word.length;
    number ||= NUMBER_WORDS.has(word);
    last = word;
  }
  return { distance, number, phoneAfter: AFTER_PHONE.test(text.slice(end, end + CONTEXT_AFTER).toLowerCase()) };
}

/** True when the words around say that dotted numbers are a version, a section or the like. */
export function isVersionContext(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - CONTEXT_BEFORE), start).toLowerCase();
  return VERSION.test(before) || VERSION_NEAR.test(before.slice(-32)) || VERSION_AFTER.test(text.slice(end, end + CONTEXT_AFTER).toLowerCase());
}
