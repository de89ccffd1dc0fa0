/**
 * The 61 pairs that the Mirai worm tries, in its order (its source, `scanner.c`, published 2016; `admin 1234` stands
 * there twice), as `user password`; nothing after the blank is an empty password.
 */
const mirai = `root xc3511|root vizxv|root admin|admin admin|root 888888|root xmhdipc|root default|root juantech
root 123456|root 54321|support support|root |admin password|root root|root 12345|user user|admin |root pass
admin admin1234|root 1111|admin smcadmin|admin 1111|root 666666|root password|root 1234|root klv123
Administrator admin|service service|supervisor supervisor|guest guest|guest 12345|admin1 password
administrator 1234|666666 666666|888888 888888|ubnt ubnt|root klv1234|root Zte521|root hi3518|root jvbzd|root anko
root zlxx.|root 7ujMko0vizxv|root 7ujMko0admin|root system|root ikwb|root dreambox|root user|root realtek
root 00000000|admin 1111111|admin 1234|admin 12345|admin 54321|admin 123456|admin 7ujMko0admin|admin 1234|admin pass
admin meinsm|tech tech|mother fucker`;

/**
 * What makers deliver cameras and recorders with, or did before they asked for a password at the first start: Hikvision,
 * Dahua, Uniview, KBVision, Axis, Bosch, Hanwha, Panasonic, Vivotek, Reolink, Tapo, TVT, Milesight, Sony, Pelco, ACTi.
 */
const makers = `admin 12345|admin hik12345|admin admin|666666 666666|888888 888888|default tluafed|admin 123456
admin admin123|root pass|service service|live live|user user|admin 4321|admin 1111111|admin1 1234|admin |root 
admin password|admin 888888|admin 666666|admin ms1234|root system|Admin 123456|admin 1234|admin 9999|admin 111111
admin jvc|supervisor supervisor|admin fliradmin|root 4321|admin meinsm|viewer viewer|root camera
admin 12345678|admin 123456789|admin abc123|admin Abc12345|admin Admin123|admin admin@123|admin abcd1234`;

export type Pair = readonly [username: string, password: string];

const pairsOf = (text: string): Pair[] =>
  text.split(/[|\n]/).map((line) => {
    const blank = line.indexOf(' ');
    return [line.slice(0, blank), line.slice(blank + 1)];
  });

export const miraiPairs: readonly Pair[] = pairsOf(mirai);
export const makersPairs: readonly Pair[] = pairsOf(makers);
