using System.Text;

namespace Binnacle.PromQL.Tests.Templates;

/// <summary>Makes templates: from a grammar that knows what parses, and by spoiling them.</summary>
internal sealed class TemplateGenerator(int seed)
{
    private static readonly string[] Functions =
    [
        "print",
        "printf",
        "println",
        "len",
        "index",
        "slice",
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "lt",
        "gt",
        "html",
        "js",
        "urlquery",
        "call",
        "query",
        "first",
        "label",
        "value",
        "sortByLabel",
        "humanize",
        "humanize1024",
        "toUpper",
        "humanizeDuration",
        "humanizePercentage",
        "humanizeTimestamp",
        "title",
        "match",
        "reReplaceAll",
        "args",
        "strvalue",
        "stripPort",
        "stripDomain",
        "toTime",
        "parseDuration",
        "externalURL",
        "pathPrefix",
        "graphLink",
        "tableLink",
        "safeHtml",
        "toLower",
        "tmpl",
        "nope",
        "if1",
        "ends",
    ];

    private static readonly string[] Literals =
    [
        "1",
        "0",
        "-1",
        "+2",
        "1.5",
        ".5",
        "5.",
        "1e3",
        "0x1F",
        "0b11",
        "0o7",
        "077",
        "1_0",
        "1_",
        "1i",
        "1+2i",
        "0x1p2",
        "1e999",
        "089",
        "'a'",
        "'\\n'",
        "''",
        "'ab'",
        "\"a\"",
        "\"a\\\"b\"",
        "\"%d %s\"",
        "\"\\q\"",
        "\"up == 0\"",
        "`raw`",
        "`a\nb`",
        "true",
        "false",
        "nil",
        "\"{{\"",
        "\"}}\"",
        "\"é\"",
    ];

    private static readonly string[] Variables =
    [
        "$",
        "$labels",
        "$value",
        "$externalLabels",
        "$externalURL",
        "$x",
        "$y",
        "$i",
    ];

    private static readonly string[] Fields =
    [
        ".Labels",
        ".Value",
        ".ExternalLabels",
        ".instance",
        ".a",
        ".x1",
        ".é",
        "._",
        ".Foo",
    ];

    private static readonly string[] Pieces =
    [
        "{{",
        "}}",
        "{{-",
        "{{- ",
        " -}}",
        "-}}",
        "/*",
        "*/",
        "|",
        ",",
        ":=",
        "=",
        "(",
        ")",
        "\"",
        "'",
        "`",
        "\\",
        "$",
        ".",
        "..",
        " ",
        "\n",
        "\t",
        "-",
        "+",
        "{",
        "}",
        "[",
        "]",
        "&",
        "!",
        "é",
        "٣",
        "\u00a0",
        "🎉",
        "end",
        "else",
        "if",
        "range",
        "with",
        "define",
        "block",
        "template",
        "break",
        "continue",
        "nil",
        "1",
        "0x",
        "_",
        "i",
        "e",
        "p",
        "{{ end }}",
        "{{ else }}",
        "{{ if true }}",
        "{{ range $i, $x := .a }}",
        "{{ break }}",
        "{{ define \"a\" }}",
        "{{/* c */}}",
        " | ",
    ];

    private readonly Random _random = new(seed);

    public string Template()
    {
        var text = new StringBuilder();
        for (var n = _random.Next(1, 4); n > 0; n--)
        {
            Part(text, 0, top: true);
        }

        return text.ToString();
    }

    /// <summary>One action that runs from its start to its end, whatever the data.</summary>
    public string Pipeline()
    {
        var text = new StringBuilder("{{ ");
        Pipeline(text, 5, declares: false);
        return text.Append(" }}").ToString();
    }

    public string Spoiled(string template)
    {
        var text = new StringBuilder(template);
        for (var n = _random.Next(1, 4); n > 0; n--)
        {
            var at = _random.Next(text.Length + 1);
            switch (_random.Next(4))
            {
                case 0:
                    text.Insert(at, Of(Pieces));
                    break;
                case 1 when at < text.Length:
                    text.Remove(at, Math.Min(_random.Next(1, 4), text.Length - at));
                    break;
                case 2 when at < text.Length:
                    var piece = Of(Pieces);
                    text.Remove(at, 1).Insert(at, piece);
                    break;
                default:
                    var from = _random.Next(text.Length + 1);
                    var length = Math.Min(_random.Next(12), text.Length - from);
                    text.Insert(at, text.ToString(from, length));
                    break;
            }
        }

        // A character that was cut in half is no text that YAML can hold.
        return string.Concat(text.ToString().EnumerateRunes());
    }

    private string Of(string[] choices) => choices[_random.Next(choices.Length)];

    private bool Chance(int percent) => _random.Next(100) < percent;

    private void Part(StringBuilder text, int depth, bool top = false)
    {
        switch (depth > 4 ? _random.Next(5) : _random.Next(14))
        {
            case 0 or 1:
                text.Append(Of([" text ", "\n", "% } {", "é "]));
                break;
            case 2 or 3 or 4:
                Action(text, () => Pipeline(text, depth, declares: Chance(20)));
                break;
            case 5 or 6:
                Action(
                    text,
                    () =>
                    {
                        text.Append("if ");
                        Pipeline(text, depth, Chance(10));
                    }
                );
                Parts(text, depth);
                while (Chance(25))
                {
                    Action(
                        text,
                        () =>
                        {
                            text.Append("else if ");
                            Pipeline(text, depth, false);
                        }
                    );
                    Parts(text, depth);
                }

                Else(text, depth);
                Action(text, () => text.Append("end"));
                break;
            case 7 or 8:
                Action(
                    text,
                    () =>
                    {
                        text.Append("range ");
                        Range(text, depth);
                    }
                );
                Parts(text, depth);
                if (Chance(30))
                {
                    Action(text, () => text.Append(Of(["break", "continue"])));
                }

                Else(text, depth);
                Action(text, () => text.Append("end"));
                break;
            case 9:
                Action(
                    text,
                    () =>
                    {
                        text.Append("with ");
                        Pipeline(text, depth, Chance(20));
                    }
                );
                Parts(text, depth);
                if (Chance(20))
                {
                    Action(
                        text,
                        () =>
                        {
                            text.Append("else with ");
                            Pipeline(text, depth, false);
                        }
                    );
                    Parts(text, depth);
                }

                Else(text, depth);
                Action(text, () => text.Append("end"));
                break;
            case 10 when top || Chance(10):
                Action(text, () => text.Append("define ").Append(Of(["\"a\"", "\"b\"", "`a`"])));
                Parts(text, depth);
                Action(text, () => text.Append("end"));
                break;
            case 11:
                Action(
                    text,
                    () =>
                    {
                        text.Append("block ").Append(Of(["\"c\" ", "\"d\" "]));
                        Pipeline(text, depth, Chance(10));
                    }
                );
                Parts(text, depth);
                Action(text, () => text.Append("end"));
                break;
            case 12:
                Action(
                    text,
                    () => text.Append("template ").Append(Of(["\"a\"", "\"b\" .", "`c` $labels", "\"d\" (print 1)"]))
                );
                break;
            default:
                text.Append("{{/* ").Append(Of(["c", "{{ }}", "\"", "* /"])).Append(" */}}");
                break;
        }
    }

    private void Parts(StringBuilder text, int depth)
    {
        for (var n = _random.Next(3); n > 0; n--)
        {
            Part(text, depth + 1);
        }
    }

    private void Else(StringBuilder text, int depth)
    {
        if (Chance(30))
        {
            Action(text, () => text.Append("else"));
            Parts(text, depth);
        }
    }

    private void Action(StringBuilder text, Action body)
    {
        text.Append(Of(["{{ ", "{{", "{{- ", "{{\n"]));
        body();
        text.Append(Of([" }}", "}}", " -}}", "\n}}"]));
    }

    private void Range(StringBuilder text, int depth)
    {
        text.Append(Of(["", "", "$x := ", "$i, $x := ", "$x, $y = ", "$i,$x:="]));
        Pipeline(text, depth, declares: false);
    }

    private void Pipeline(StringBuilder text, int depth, bool declares)
    {
        if (declares)
        {
            text.Append(Of(["$x := ", "$y := ", "$x = ", "$i:="]));
        }

        Command(text, depth, first: true);
        while (Chance(30))
        {
            text.Append(Of([" | ", "|"]));
            Command(text, depth, first: false);
        }
    }

    private void Command(StringBuilder text, int depth, bool first)
    {
        if (!first || Chance(40))
        {
            text.Append(Of(Functions[..^(Chance(3) ? 0 : 4)]));
            for (var n = _random.Next(4); n > 0; n--)
            {
                text.Append(' ');
                Operand(text, depth);
            }
        }
        else
        {
            Operand(text, depth);
            if (Chance(5))
            {
                text.Append(' ');
                Operand(text, depth);
            }
        }
    }

    private void Operand(StringBuilder text, int depth)
    {
        switch (_random.Next(depth > 6 ? 3 : 4))
        {
            case 0:
                // Most of the values are right ones, or hardly any template would be.
                text.Append(
                    Chance(90)
                        ? Of(["1", "1.5", "\"a\"", "`b`", "'c'", "true", "\"up\"", "\"%d\"", "-1"])
                        : Of(Literals)
                );
                break;
            case 1:
                text.Append(Chance(85) ? Of(Variables[..5]) : Of(Variables));
                Chain(text);
                break;
            case 2:
                text.Append(Chance(20) ? "." : Of(Fields));
                if (text[^1] is not '.')
                {
                    Chain(text);
                }

                break;
            default:
                text.Append('(');
                Pipeline(text, depth + 1, declares: Chance(5));
                text.Append(')');
                Chain(text);
                break;
        }
    }

    private void Chain(StringBuilder text)
    {
        while (Chance(25))
        {
            text.Append(Of(Fields));
        }
    }
}
