import { distance } from 'fastest-levenshtein';

const ourPrefixes = ['SEGMIND_', 'AUTH_', 'MEDIA_', 'METRICS_', 'WEBHOOK_', 'USER_', 'INSTALLATION_'];

/** Our settings have no such prefix, except two: some expect one. */
const ownPrefix = 'REELGATE_';

/** A name without its letter case and what is between its words: `RedisUrl` and `REDISURL` are REDIS_URL. */
const bareNameOf = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** Names that other programs read, too, in letter case of their own. */
const isShared = (name: string) => !name.includes('_') || /proxy$/i.test(name);

/**
 * The setting that a variable was meant to be: null for a variable that is not ours. One is ours if it begins like ours, is the name of a
 * setting in another letter case, without underscores or with REELGATE_ or _FILE added, or is spelt nearly like a setting.
 */
export function settingMeantBy(name: string, known: Iterable<string>): string | null {
  const upper = name.toUpperCase();
  const settings = [...known];
  const bareName = bareNameOf(name);
  const same = settings.find((each) => !isShared(each) && bareNameOf(each) === bareName);
  if (same !== undefined) return same;
  const stem = upper.replace(ownPrefix, '').replace(/_FILE$/, '');
  const whole = settings.find((each) => each === stem);
  if (whole !== undefined && (upper.startsWith(ownPrefix) || whole.includes('_'))) return whole;
  const [nearest = ''] = settings.toSorted((one, other) => distance(upper, one) - distance(upper, other));
  if (ourPrefixes.some((prefix) => upper.startsWith(prefix))) return nearest;
  if (isShared(name)) return null;
  return [upper, stem].map((word) => settings.find((each) => isNear(word, each))).find(Boolean) ?? null;
}

const shortestName = 8;

/**
 * Whether two names differ by a slip of the pen: by two letters at most, and not by all of a short word. So S3_REGOIN is S3_REGION, but
 * DATABASE_SSL, which other programs read, is not DATABASE_URL.
 */
function isNear(name: string, setting: string): boolean {
  if (setting.length < shortestName || isShared(setting) || distance(name, setting) > 2) return false;
  const [words, others] = [name.split('_'), setting.split('_')];
  const isNearWord = (other: string, index: number) => {
    const word = words[index] ?? '';
    return distance(word, other) <= Math.max(1, Math.floor(other.length / 3)) || lettersOf(word) === lettersOf(other);
  };
  return words.length === others.length && others.every(isNearWord);
}

const lettersOf = (word: string) => [...word].toSorted().join('');

/**
 * Whether Kubernetes or Docker made a variable for a service: for one called `metrics` these are METRICS_PORT=tcp://10.0.0.7:9090,
 * METRICS_SERVICE_HOST, METRICS_PORT_9090_TCP_ADDR and more.
 */
export function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
