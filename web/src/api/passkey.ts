/** Passkeys (WebAuthn): what the browser's authenticator is asked, in the JSON form that the interface speaks. */
import { useQuery } from '@tanstack/react-query';
import { frame as words } from '../text/frame';
import { api, take } from './client';
import { Refused } from './problem';

/** Whether passkeys serve here: at this address, at another, not in this browser, nowhere; not known yet. */
export type PasskeyPlace = { state: 'here' | 'old' | 'off' | 'unknown' } | { state: 'elsewhere'; origin: string };

export function usePasskeyPlace(): PasskeyPlace {
  const place = useQuery({ queryKey: ['passkey-place'], queryFn: () => take(api.GET('/api/session/passkey')), staleTime: Infinity });
  if (!place.data) return { state: 'unknown' };
  const { origin } = place.data;
  if (!origin) return { state: 'off' };
  if (origin !== window.location.origin) return { state: 'elsewhere', origin };
  return { state: 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential ? 'here' : 'old' };
}

/** An object whose fields are WebAuthn's affair, as the interface describes it. */
type Json = Record<string, never>;

/** What a browser's refusal means to the person before it. */
function refused(e: unknown, title: string): Refused {
  const detail = (e instanceof DOMException && words.passkeyRefused[e.name]) || words.passkeyFailed;
  return new Refused({ kind: 'passkey-browser', title, status: 422, detail, reasons: [], instance: '' });
}

async function asked(credential: Promise<Credential | null>, title: string): Promise<Json> {
  let given: Credential | null;
  try {
    given = await credential;
  } catch (e) {
    throw refused(e, title);
  }
  if (!(given instanceof PublicKeyCredential)) throw refused(undefined, title);
  const json: unknown = given.toJSON();
  return json as Json;
}

/** Has a passkey made. */
export function create(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON);
  return asked(navigator.credentials.create({ publicKey }), words.passkeyNotMade);
}

/** Has a passkey answer. */
export function get(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
  return asked(navigator.credentials.get({ publicKey }), words.passkeyNotUsed);
}
