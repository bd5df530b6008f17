/** Ordinary words that hold a stem of the lexicon by chance. Written by test/tools/generate-guardrail-exceptions.mjs. */
export const STEM_EXCEPTIONS: string = 'scunthorpe shiitake matsushita snigger sniggered sniggering sniggers sniggerer niggle niggled niggling niggles niggard niggardly mishit mishits mishitting shitake';
