import { timingSafeEqual } from 'node:crypto';
import { type AuthContext, type ParsedKey, utils } from 'ssh2';

/** Lets in whoever holds the client key, under any user name; every other method is refused. */
export function keyAuthentication(publicKey: string): (context: AuthContext) => void {
  const allowed = parsed(publicKey);
  const blob = allowed.getPublicSSH();
  return (context) => {
    if (context.method !== 'publickey') return context.reject(['publickey']);
    const { algo, data } = context.key;
    const isKnown = algo === allowed.type && data.length === blob.length && timingSafeEqual(data, blob);
    if (!isKnown) return context.reject(['publickey']);
    if (context.signature === undefined || context.blob === undefined) return context.accept();
    const isSigned = allowed.verify(context.blob, context.signature, context.hashAlgo);
    return isSigned === true ? context.accept() : context.reject(['publickey']);
  };
}

function parsed(publicKey: string): ParsedKey {
  const key = utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return key;
}
