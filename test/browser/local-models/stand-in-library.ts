// A library of its own address, as a page without a bundler names one.
export const pipeline = () => Promise.resolve(() => Promise.resolve({ text: 'from an address' }));
