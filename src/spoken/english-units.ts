/** English names of units and currencies, singular and plural. */

type Names = readonly [one: string, many: string];

const named = (table: string): ReadonlyMap<string, Names> =>
  new Map(
    table.trim().split('\n').flatMap((line) => {
      const [signs = '', one = '', many = `${one}s`] = line.trim().split(/\s*\|\s*/u);
      return signs.split(' ').map((sign) => [sign, [one, many]] as const);
    }),
  );

const UNITS = named(`
  km | kilometer
  m | meter
  cm | centimeter
  mm | millimeter
  µm μm | micrometer
  nm | nanometer
  mi | mile
  ft | foot | feet
  yd yds | yard
  in | inch | inches
  kg kgs | kilogram
  g | gram
  mg | milligram
  µg μg mcg | microgram
  lb lbs | pound
  oz | ounce
  l L | liter
  ml mL | milliliter
  cl | centiliter
  dl dL | deciliter
  tsp | teaspoon
  tbsp | tablespoon
  pt | pint
  qt | quart
  gal | gallon
  h hr hrs | hour
  min mins | minute
  s sec secs | second
  ms | millisecond
  µs μs | microsecond
  ns | nanosecond
  wk wks | week
  yr yrs | year
  mph | mile per hour | miles per hour
  km/h kmh kph | kilometer per hour | kilometers per hour
  m/s | meter per second | meters per second
  m/s² m/s2 | meter per second squared | meters per second squared
  km² km2 | square kilometer
  m² m2 | square meter
  cm² cm2 | square centimeter
  m³ m3 | cubic meter
  cm³ cm3 | cubic centimeter
  ft² sqft | square foot | square feet
  KB kB | kilobyte
  MB | megabyte
  GB | gigabyte
  TB | terabyte
  Kbps kbps | kilobit per second | kilobits per second
  Mbps | megabit per second | megabits per second
  Gbps | gigabit per second | gigabits per second
  MB/s | megabyte per second | megabytes per second
  GB/s | gigabyte per second | gigabytes per second
  Hz | hertz | hertz
  kHz | kilohertz | kilohertz
  MHz | megahertz | megahertz
  GHz | gigahertz | gigahertz
  V | volt
  W | watt
  kW | kilowatt
  MW | megawatt
  kWh | kilowatt hour
  mAh | milliamp hour
  Pa | pascal
  kcal | kilocalorie
  cal | calorie
  dB | decibel
  px | pixel
  fps | frame per second | frames per second
  rpm | revolution per minute | revolutions per minute
  ha | hectare
  °C ℃ | degree Celsius | degrees Celsius
  °F ℉ | degree Fahrenheit | degrees Fahrenheit
  ° | degree
  % | percent | percent
  ‰ | per mille | per mille
  ppm | part per million | parts per million
  mmHg | millimeter of mercury | millimeters of mercury`);

const CURRENCIES: ReadonlyMap<string, readonly [one: string, many: string, smallOne: string, smallMany: string]> = new Map(
  `$ dollar dollars cent cents|€ euro euros cent cents|£ pound pounds penny pence|¥ yen yen sen sen|₹ rupee rupees paisa paise|₩ won won jeon jeon|₽ ruble rubles kopeck kopecks|₺ lira lira kurus kurus|₿ bitcoin bitcoin satoshi satoshi|¢ cent cents cent cents
  |USD US_dollar US_dollars cent cents|EUR euro euros cent cents|GBP British_pound British_pounds penny pence|JPY yen yen sen sen|CHF Swiss_franc Swiss_francs centime centimes|CAD Canadian_dollar Canadian_dollars cent cents|AUD Australian_dollar Australian_dollars cent cents|INR rupee rupees paisa paise|CNY yuan yuan fen fen`
    .split('|')
    .map((entry) => {
      const [sign = '', ...names] = entry.trim().split(' ');
      return [sign, names.map((name) => name.replace('_', ' ')) as unknown as readonly [string, string, string, string]] as const; // each entry above has four names
    }),
);

const longestFirst = (signs: Iterable<string>): string => [...signs].sort((a, b) => b.length - a.length).map((sign) => sign.replace(/[/$]/gu, String.raw`\$&`)).join('|');

/** Alternatives of a pattern for all units that may follow a number; "in" only where a measure is certain, `l` alike. */
export const UNIT: string = longestFirst([...UNITS.keys()].filter((sign) => sign !== 'in'));
/** Alternatives of a pattern for the codes of currencies. */
export const CURRENCY_CODE: string = longestFirst([...CURRENCIES.keys()].filter((sign) => /^[A-Z]/u.test(sign)));
/** The signs of currencies, as a class of characters. */
export const CURRENCY_SIGN: string = '$€£¥₹₩₽₺₿';

/** The name of a unit for an amount: one for exactly 1, many for everything else; as an adjective always one. */
export function unitName(sign: string, amount: string, adjective = false): string {
  const [one, many] = UNITS.get(sign) ?? UNITS.get(sign.replace(/\.$/u, '')) ?? [sign, sign];
  return amount === '1' || adjective ? one : many;
}

/** The names of a currency and of its hundredth. */
export function currencyNames(sign: string): readonly [one: string, many: string, smallOne: string, smallMany: string] {
  return CURRENCIES.get(sign) ?? [sign, sign, sign, sign];
}
