/** Units of measure and their conversion. Factors are the exact ones of the international definitions. */

/** A unit: its names (singular first, then plural, then other spellings), its quantity, and how to reach the base unit. */
export interface Unit {
  readonly quantity: string;
  readonly one: string;
  readonly many: string;
  /** base = value × factor + shift */
  readonly factor: number;
  readonly shift: number;
}

// quantity: base = 1; name, plural, factor [shift], other spellings
const TABLE = `
length meter meters 1 m metre metres
length kilometer kilometers 1000 km kilometre kilometres kms
length centimeter centimeters 0.01 cm centimetre centimetres
length millimeter millimeters 0.001 mm millimetre millimetres
length mile miles 1609.344 mi
length yard yards 0.9144 yd yds
length foot feet 0.3048 ft
length inch inches 0.0254 in
mass kilogram kilograms 1 kg kilo kilos kgs
mass gram grams 0.001 g
mass milligram milligrams 0.000001 mg
mass ton tons 1000 tonne tonnes
mass pound pounds 0.45359237 lb lbs
mass ounce ounces 0.028349523125 oz
mass stone stone 6.35029318 stones
temperature degree_celsius degrees_celsius 1 celsius centigrade °c c
temperature degree_fahrenheit degrees_fahrenheit 0.5555555555555556/-17.77777777777778 fahrenheit °f f
temperature kelvin kelvin 1/-273.15 k kelvins
volume liter liters 1 l litre litres
volume milliliter milliliters 0.001 ml millilitre millilitres
volume gallon gallons 3.785411784
volume quart quarts 0.946352946
volume pint pints 0.473176473
volume cup cups 0.2365882365
volume tablespoon tablespoons 0.01478676478125 tbsp
volume teaspoon teaspoons 0.00492892159375 tsp
time second seconds 1 s sec secs
time minute minutes 60 min mins
time hour hours 3600 h hr hrs
time day days 86400
time week weeks 604800
speed kilometer_per_hour kilometers_per_hour 0.2777777777777778 kmh kph km/h
speed mile_per_hour miles_per_hour 0.44704 mph
speed meter_per_second meters_per_second 1 m/s
data byte bytes 1
data kilobyte kilobytes 1000 kb
data megabyte megabytes 1000000 mb
data gigabyte gigabytes 1000000000 gb
data terabyte terabytes 1000000000000 tb
`;

const BY_NAME: ReadonlyMap<string, Unit> = new Map(
  TABLE.trim().split('\n').flatMap((line) => {
    const [quantity = '', one = '', many = '', scale = '1', ...others] = line.split(' ');
    const [factor = '1', shift = '0'] = scale.split('/');
    const unit: Unit = Object.freeze({ quantity, one: one.replaceAll('_', ' '), many: many.replaceAll('_', ' '), factor: Number(factor), shift: Number(shift) });
    return [unit.one, unit.many, ...others].map((name) => [name, unit] as const);
  }),
);

/** The unit of a name: full, plural or short ("km"), one or several words; undefined when unknown. */
export function unitOf(name: string): Unit | undefined {
  const known = name.trim().toLowerCase().replace(/^degrees? (?=kelvin|k$|c$|f$)/, '');
  return BY_NAME.get(known) ?? BY_NAME.get(known.replace(/^degrees? /, ''));
}

/** The value in another unit of the same quantity; undefined when the quantities differ. */
export function convert(value: number, from: Unit, to: Unit): number | undefined {
  if (from.quantity !== to.quantity) return undefined;
  return (value * from.factor + from.shift - to.shift) / to.factor;
}

/** "1 mile", "2.5 miles". */
export function measureText(value: number, unit: Unit, text: (value: number) => string): string {
  const shown = text(value);
  return `${shown} ${shown === '1' ? unit.one : unit.many}`;
}
