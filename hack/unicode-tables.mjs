// Writes the Unicode tables of regular expressions (src/Binnacle.PromQL/RegularExpressions/Unicode) as compact text:
//
//     npm pack @unicode/unicode-15.0.0@2.0.7 && tar xzf unicode-unicode-15.0.0-2.0.7.tgz
//     node hack/unicode-tables.mjs package src/Binnacle.PromQL/RegularExpressions/Unicode
//
// 15.0 is what Go 1.21 to 1.26 have, and with them every release of Prometheus so far. The package is a repackaging of
// the Unicode Character Database (https://www.unicode.org/license.txt).
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [source, target] = process.argv.slice(2).map((path) => resolve(path));
const load = async (...parts) => (await import(join(source, ...parts))).default;

// Go's names: the two letters for categories, the long name for scripts.
const categories = {
    Cc: 'Control', Cf: 'Format', Co: 'Private_Use', Cs: 'Surrogate',
    Ll: 'Lowercase_Letter', Lm: 'Modifier_Letter', Lo: 'Other_Letter', Lt: 'Titlecase_Letter', Lu: 'Uppercase_Letter',
    Mc: 'Spacing_Mark', Me: 'Enclosing_Mark', Mn: 'Nonspacing_Mark',
    Nd: 'Decimal_Number', Nl: 'Letter_Number', No: 'Other_Number',
    Pc: 'Connector_Punctuation', Pd: 'Dash_Punctuation', Pe: 'Close_Punctuation', Pf: 'Final_Punctuation',
    Pi: 'Initial_Punctuation', Po: 'Other_Punctuation', Ps: 'Open_Punctuation',
    Sc: 'Currency_Symbol', Sk: 'Modifier_Symbol', Sm: 'Math_Symbol', So: 'Other_Symbol',
    Zl: 'Line_Separator', Zp: 'Paragraph_Separator', Zs: 'Space_Separator',
};

// "41-5a", "aa", and "100-136/2" for every second one.
function compact(points) {
    const parts = [];
    for (let i = 0; i < points.length; ) {
        let stride = points[i + 1] - points[i];
        let end = i + 1;
        while (end < points.length && points[end] - points[end - 1] === stride) end++;
        if (stride !== 1 && end - i < 3) end = i + 1;
        if (end === i + 1) stride = 1;
        const [low, high] = [points[i], points[end - 1]].map((point) => point.toString(16));
        parts.push(low === high ? low : stride === 1 ? `${low}-${high}` : `${low}-${high}/${stride.toString(16)}`);
        i = end;
    }
    return parts.join(' ');
}

const write = (name, lines) => writeFileSync(join(target, name), lines.join('\n') + '\n');

const byCategory = [];
for (const [name, folder] of Object.entries(categories)) {
    byCategory.push(`${name} ${compact(await load('General_Category', folder, 'code-points.mjs'))}`);
}
write('categories.txt', byCategory);

const byScript = [];
for (const name of readdirSync(join(source, 'Script'), { withFileTypes: true })) {
    // What belongs to no script has no name in Go.
    if (name.isDirectory() && name.name !== 'Unknown') {
        byScript.push(`${name.name} ${compact(await load('Script', name.name, 'code-points.mjs'))}`);
    }
}
write('scripts.txt', byScript.sort());

// One orbit a line: the characters that are one and the same to a case-insensitive match.
const orbits = new Map();
for (const kind of ['C', 'S']) {
    for (const [from, to] of await load('Case_Folding', kind, 'code-points.mjs')) {
        orbits.set(to, (orbits.get(to) ?? new Set([to])).add(from));
    }
}
write(
    'folding.txt',
    [...orbits.values()]
        .map((orbit) => [...orbit].sort((a, b) => a - b))
        .sort((a, b) => a[0] - b[0])
        .map((orbit) => orbit.map((point) => point.toString(16)).join(' ')),
);
