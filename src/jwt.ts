/** Identities from JSON Web Tokens, verified by jose: for `respond` and conversation objects of `sluice/edge`. */
export { jwtAuth, jwtVerifier, type JWTAuthOptions, type JWTVerifierOptions } from './edge/jwt-verifier.js';
export { JWTAuthProvider, type JWTAuthProviderOptions, type TokenVerifier, type ClaimNames } from './edge/jwt-auth.js';
