// What the acoustic model is trained on: commands of the grammar, its words alone, and plain English
// sentences that give every phone many neighbours. All of it is spoken by espeak-ng.

/** A small generator of its own (mulberry32), so that a run can be repeated. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)], between: (a, b) => a + (b - a) * next() };
}

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const LENGTHS = ['miles', 'kilometers', 'meters', 'feet', 'inches', 'centimeters'];
const WEIGHTS = ['pounds', 'kilograms', 'grams'];
const HEATS = ['degrees celsius', 'degrees fahrenheit', 'celsius', 'fahrenheit'];
const SPANS = ['seconds', 'minutes', 'hours'];

function number(random) {
  const kind = random.next();
  if (kind < 0.3) return random.pick(DIGITS.slice(1));
  if (kind < 0.55) return random.pick(TEENS);
  if (kind < 0.7) return random.pick(TENS);
  if (kind < 0.86) return `${random.pick(TENS)} ${random.pick(DIGITS.slice(1))}`;
  if (kind < 0.93) return `${random.pick(DIGITS.slice(1))} hundred${random.next() < 0.5 ? ` and ${random.pick(TENS)}` : ''}`;
  return `${random.pick(DIGITS.slice(1))} point ${random.pick(DIGITS)}`;
}

function digits(random, count) {
  return Array.from({ length: count }, () => (random.next() < 0.1 ? 'oh' : random.pick(DIGITS))).join(' ');
}

/** One command of the grammar. */
export function command(random) {
  const kinds = [
    () => random.pick(['what time is it', 'what is the time', 'what day is it', 'what is the date', 'what is the date today', 'what day is it today', 'what date is it']),
    () => `set a timer for ${number(random)} ${random.pick(SPANS)}`,
    () => `${random.pick(['set a timer for', 'set timer for', 'timer for'])} ${random.pick(['one minute', 'one hour', 'one second', `${number(random)} minutes and ${number(random)} seconds`, `${number(random)} minutes`])}`,
    () => random.pick(['cancel the timer', 'cancel my timer', 'cancel timer', 'cancel', 'list timers', 'list my timers', 'stop the timer', 'stop', 'cancel the timers']),
    () => `what is ${number(random)} ${random.pick(['plus', 'minus', 'times', 'divided by'])} ${number(random)}`,
    () => `${number(random)} ${random.pick(['plus', 'minus', 'times', 'divided by'])} ${number(random)}`,
    () => { const units = random.pick([LENGTHS, WEIGHTS, HEATS, SPANS]); return `${random.pick(['convert', 'what is'])} ${number(random)} ${random.pick(units)} ${random.pick(['to', 'in'])} ${random.pick(units)}`; },
    () => random.pick(['remember that', 'remember my number', 'remember', 'recall my notes', 'recall', 'forget my notes', 'forget that', 'what did i say', 'list my notes', 'forget', 'list notes']),
    () => random.pick(['repeat', 'repeat that', 'say that again', 'help', 'hello', 'yes', 'no', 'stop', 'help']),
    () => digits(random, 3 + random.below(7)),
    () => `my ${random.pick(['card number', 'number'])} is ${digits(random, 4 + random.below(6))}`,
    () => `remember my ${random.pick(['card number', 'number'])} is ${digits(random, 3 + random.below(4))}`,
    () => `${number(random)} ${number(random)} ${number(random)}`,
  ];
  return random.pick(kinds)();
}

/** Sentences outside the grammar, for training. */
export const SENTENCES = `
the quick brown fox jumps over the lazy dog near the river bank
she sells fresh fish and shellfish by the cold sea shore
please pass the butter and the jam across the table
a large green truck drove slowly through the muddy village
my younger brother plays the violin every thursday evening
we should measure the pleasure of a long quiet vacation
george washed the orange cups and put them on the shelf
do you think the weather will improve before the weekend
they chose a yellow house with a huge garden and a pool
the judge asked the witness a very strange question
could you bring me another cup of coffee and some toast
both of these boys enjoy cooking noodles with ginger
nothing is more annoying than a phone that rings at night
the children were laughing and shouting on the playground
i would rather walk through the woods than ride a horse
put the book back on the shelf and close the door gently
every student must finish the homework before friday
the usual treasure was hidden under a heavy wooden chest
his father bought a new leather jacket for the journey
the engine makes an awful noise when you push the pedal
turn left at the church and then go straight for a while
open the window because it is getting hot in the kitchen
play some music by the beatles in the living room
how far is the moon from the earth right now
call my mother and ask about the birthday party
who wrote the book about the whale and the captain
the tall man with the beard sold his boat yesterday
she could not choose between the blue and the purple shirt
good morning everyone and welcome to the show
an old oak tree fell across the narrow road last night
the captain of the ship refused to leave his crew behind
give the dog a bath and brush his thick fur
this chair is much too small for an adult to sit in
the lawyer thought the whole argument was foolish
watch out for the broken glass beside the bathtub
fifty thousand voters joined the march through the city
the baby woke up crying because of the thunder
would you like cheese or mushrooms on your pizza
a thin layer of ice covered the surface of the lake
they finally reached the top of the mountain at sunrise
the doctor gave him a bottle of bitter brown medicine
you ought to be careful about sharp knives and hot oil
we rode our bikes along the southern coast of spain
jazz musicians rarely rehearse the same song twice
the volume of the radio was far too loud for the room
read the next page aloud and then explain its meaning
the royal family enjoyed a joyful voyage to australia
beneath the bridge a group of ducks were swimming
the shy girl whispered something in her teacher's ear
he has been working in the garage since early july
three hungry wolves followed the sheep into the valley
the waiter poured red wine into eight crystal glasses
send a message to the office that i will be late
what shall we have for dinner tonight
is there any milk left in the fridge
turn the lights off in the hallway
the museum opens at nine and closes at half past five
a cheap watch is not worth the trouble of repairing it
they were surprised to hear about the sudden change of plan
her voice was warm and clear like a church bell
the farmer keeps goats chickens and a very stubborn donkey
i forgot where i put my keys and my wallet again
it took us several hours to drive across the desert
an apple a day keeps the doctor away they say
our neighbor's cat usually sleeps on top of the roof
the plumber fixed the leaking pipe under the sink
winter nights in the north are long dark and bitter
two birds were building a nest above the kitchen window
the train to london leaves from platform eleven
make sure that the oven is switched off before you leave
she put a pinch of salt and pepper into the soup
the actor forgot his lines in the middle of the scene
`.trim().split('\n');

/** Phrases outside the grammar on which the rejection threshold is set; the test set has others. */
export const OUTSIDE_DEV = `
play some music
turn on the lights
what is the weather like
call my mother
set the table for dinner
how old are you
tell me a story
open the front door
where is the train station
i am very hungry
the cat sat on the mat
send an email to john
good night and sleep well
who won the game yesterday
what a beautiful morning
read me the news
set an alarm clock
convert the files
remind me about lunch
turn the volume down
stock prices fell sharply
a cup of green tea please
how far away is the moon
can you hear me
let us go for a walk
the tiger ate five minnows
what kind of bird is it
she bought a new dress
ignore all of that
this is rather boring
`.trim().split('\n');

/** Phrases outside the grammar on which the bars are measured. */
export const OUTSIDE_TEST = `
play the next song
turn off the television
what is your name
is it going to rain tomorrow
set the house on fire
who is the president
sing me a lullaby
close the garage door
where did i park the car
i want a pizza
the dog ran after the ball
write a letter to susan
sweet dreams my friend
how did the match end
what an awful noise
show me the headlines
wake me up early
convince your mother
buy bread and butter
make it louder
shares rose again in tokyo
a glass of cold water
how deep is the ocean
are you listening to me
let them eat cake
the spider climbed the wall
what sort of music is that
he painted the fence white
never mind about it
that was quite funny
order a taxi for us
the bridge is closed today
why is the sky blue
take a picture of this
translate it into french
my sister lives in boston
start the washing machine
do you like chocolate
the meeting was cancelled
find a cheap hotel nearby
`.trim().split('\n');
