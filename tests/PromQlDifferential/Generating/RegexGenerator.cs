using System.Text;

namespace PromQlDifferential.Generating;

/// <summary>
/// Writes regular expressions by the grammar of RE2, and spoils them: the same ones for the same seed. About half of what
/// comes out is valid.
/// </summary>
public sealed class RegexGenerator(int seed)
{
    private static readonly string[] Atoms =
    [
        "a",
        "b",
        "k",
        "s",
        "Z",
        "0",
        "9",
        "_",
        "-",
        " ",
        ":",
        "/",
        ",",
        "é",
        "ß",
        "Σ",
        "ſ",
        "\u212a",
        "日",
        "😀",
        ".",
        "^",
        "$",
        @"\.",
        @"\\",
        @"\-",
        @"\_",
        @"\/",
        @"\d",
        @"\D",
        @"\w",
        @"\W",
        @"\s",
        @"\S",
        @"\b",
        @"\B",
        @"\A",
        @"\z",
        @"\n",
        @"\t",
        @"\a",
        @"\f",
        @"\r",
        @"\v",
        @"\x41",
        @"\x{1f600}",
        @"\x{e9}",
        @"\07",
        @"\101",
        @"\pL",
        @"\PN",
        @"\p{Greek}",
        @"\P{Han}",
        @"\p{^Lu}",
        @"\p{Nd}",
        @"\pZ",
        @"\p{Any}",
        @"\Qa.b\E",
        @"\Q\E",
        "{",
        "}",
        "]",
        ",",
        "{,3}",
        "{a}",
        "{1,2",
    ];

    private static readonly string[] Faulty =
    [
        @"\1",
        @"\8",
        @"\C",
        @"\Z",
        @"\G",
        @"\K",
        @"\k<a>",
        @"\u00e9",
        @"\x",
        @"\x4",
        @"\xg1",
        @"\x{}",
        @"\x{110000}",
        @"\x{4",
        @"\pX",
        @"\p{Foo}",
        @"\p{greek}",
        @"\p{",
        @"\p",
        @"\P{}",
        @"\é",
        @"\h",
        @"\e",
        @"\Q",
        @"\E",
        @"\",
        "[",
        "[a",
        "[]",
        "[^",
        "[b-a]",
        "[[:foo:]]",
        "[[:alpha:]",
        "[a-\\d]",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?>a)",
        "(?#a)",
        "(?'n'a)",
        "(?P=n)",
        "(?P>n)",
        "(?P<>a)",
        "(?P<n-m>a)",
        "(?P<n",
        "(?<n",
        "(?<é>a)",
        "(?x)a",
        "(?i-)a",
        "(?-)",
        "(?",
        "(?i",
        "(?:",
        "(",
        ")",
        "a**",
        "a++",
        "a*+",
        "a{2}{3}",
        "a{1001}",
        "a{3,2}",
        "a{1,1001}",
        "a{999999999999}",
        "*",
        "+",
        "?",
        "{1}",
        "|*",
        "(*)",
        "(|+)",
        "a{01}",
        "(a{40}){40}",
        "((a{11}){11}){11}",
        "(a{0,1001})",
        "a???",
        "a{2}??",
    ];

    private static readonly string[] ClassItems =
    [
        "a",
        "z",
        "k",
        "S",
        "0-9",
        "a-z",
        "A-Z",
        "é-ü",
        "_",
        "-",
        ".",
        "^",
        "[",
        ":",
        @"\]",
        @"\\",
        @"\-",
        @"\d",
        @"\W",
        @"\s",
        @"\pL",
        @"\P{Greek}",
        @"\p{Lu}",
        "[:alpha:]",
        "[:^digit:]",
        "[:word:]",
        "[:space:]",
        @"\x00-\x7f",
        @"\n",
        "日-月",
        @"\Q",
        "[:",
        "Α-Ω",
        "!-/",
    ];

    private static readonly string[] Flags = ["i", "s", "m", "U", "-s", "i-s", "-i", "im", "sU", "-mU", ""];
    private static readonly string[] Operators =
    [
        "*",
        "+",
        "?",
        "*?",
        "+?",
        "??",
        "{2}",
        "{0}",
        "{0,}",
        "{1,}",
        "{2,3}",
        "{0,1}?",
        "{3,}?",
        "{1000}",
        "{10,20}",
        "{0,0}",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next expression, at most some hundred characters.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        Alternatives(text, 4);
        var pattern = text.ToString();
        for (
            var spoils = _random.Next(4) switch
            {
                0 => 1 + _random.Next(3),
                _ => 0,
            };
            spoils > 0;
            spoils--
        )
        {
            pattern = Spoil(pattern);
        }

        return pattern;
    }

    /// <summary>The next one out of what matching is compared with: no counts in the hundreds.</summary>
    public string NextSmall()
    {
        var text = new StringBuilder();
        Alternatives(text, 3);
        return text.Replace("{1000}", "{4}").Replace("{10,20}", "{1,4}").ToString();
    }

    /// <summary>A text that the atoms of an expression may match.</summary>
    public string NextText()
    {
        string[] parts =
        [
            "a",
            "b",
            "k",
            "K",
            "s",
            "S",
            "Z",
            "z",
            "0",
            "9",
            "_",
            "-",
            " ",
            ":",
            "é",
            "É",
            "ß",
            "Σ",
            "σ",
            "ſ",
            "\u212a",
            "日",
            "😀",
            ".",
            "\n",
            "A",
            "\t",
        ];
        var text = new StringBuilder();
        for (var count = _random.Next(7); count > 0; count--)
        {
            text.Append(Pick(parts));
        }

        return text.ToString();
    }

    private void Alternatives(StringBuilder text, int depth)
    {
        var count = _random.Next(5) switch
        {
            0 => 2,
            1 => 3,
            _ => 1,
        };
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : "|");
            for (var parts = _random.Next(depth + 1); parts >= (i == 0 ? 0 : 1); parts--)
            {
                Part(text, depth);
            }
        }
    }

    private void Part(StringBuilder text, int depth)
    {
        switch (_random.Next(depth > 0 ? 12 : 8))
        {
            case < 6:
                text.Append(Pick(Atoms));
                break;
            case < 8:
                Class(text);
                break;
            case 8:
                Grouped(text, "(", depth);
                break;
            case 9:
                Grouped(text, $"(?{Pick(Flags)}:", depth);
                break;
            case 10:
                text.Append($"(?{Pick(Flags)})");
                break;
            default:
                Grouped(text, _random.Next(2) == 0 ? "(?P<n1>" : "(?<name>", depth);
                break;
        }

        if (_random.Next(3) == 0)
        {
            text.Append(Pick(Operators));
        }
    }

    private void Grouped(StringBuilder text, string open, int depth)
    {
        text.Append(open);
        Alternatives(text, depth - 1);
        text.Append(')');
    }

    private void Class(StringBuilder text)
    {
        text.Append(_random.Next(3) == 0 ? "[^" : "[");
        for (var items = 1 + _random.Next(4); items > 0; items--)
        {
            text.Append(Pick(ClassItems));
        }

        text.Append(']');
    }

    private string Spoil(string pattern)
    {
        var at = _random.Next(pattern.Length + 1);
        // Not between the halves of a surrogate pair.
        at -= at > 0 && at < pattern.Length && char.IsLowSurrogate(pattern[at]) ? 1 : 0;
        var width = at + 1 < pattern.Length && char.IsHighSurrogate(pattern[at]) ? 2 : 1;
        return _random.Next(6) switch
        {
            0 when at < pattern.Length => pattern.Remove(at, width),
            1 => pattern.Insert(at, Pick(Faulty)),
            2 => pattern.Insert(at, Pick(Atoms)),
            3 => pattern[..at],
            4 => pattern.Insert(
                at,
                Pick(["(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "\\", "^", "-", ":", "\\Q", "<", ">", "P"])
            ),
            _ => pattern.Insert(at, Pick(Operators)),
        };
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
