/** Countries as trading logs write them, where that is not their usual English name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  EIRE: 'IE',
  RSA: 'ZA',
  USA: 'US',
  'Channel Islands': 'JE',
  'Czech Republic': 'CZ',
  'Hong Kong': 'HK',
};

let codesByName: ReadonlyMap<string, string> | undefined;

/** ISO 3166 alpha-2 code of a country's English name; undefined for `Unspecified` and the like. */
export function countryCodeOf(country: string): string | undefined {
  codesByName ??= new Map(allCountries());
  return OTHER_NAMES[country] ?? codesByName.get(country);
}

function allCountries(): [string, string][] {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((first) =>
    letters.flatMap((second): [string, string][] => {
      const code = first + second;
      const name = names.of(code);
      // `UK` and `DD` are names for `GB` and `DE` too.
      const isCurrent = new Intl.Locale(`und-${code}`).maximize().region === code;
      return name === undefined || !isCurrent ? [] : [[name, code]];
    }),
  );
}
