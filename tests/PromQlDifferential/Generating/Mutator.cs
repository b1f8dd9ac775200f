using System.Text;
using Binnacle.PromQL.Lexing;

namespace PromQlDifferential.Generating;

/// <summary>Small damages to expressions: by character, by token, and two expressions cut together.</summary>
internal sealed class Mutator(int seed)
{
    private const string Alphabet = "abmups_01259.:{}[]()\"'`=!~<>+-*/%^@#,\\ \n$é&|;";

    private static readonly string[] Pieces =
    [
        " on ",
        " on (a) ",
        " bool ",
        "[5m]",
        "[5m:]",
        "[5m:1m]",
        " offset 5m",
        " offset -5m",
        "{",
        "}",
        "5",
        "(",
        ")",
        "sum",
        "sum(",
        " by (a)",
        " by ",
        " without ()",
        " @ 5",
        " @ start()",
        " and ",
        " or ",
        " == ",
        " = ",
        "=~",
        "!=",
        ",",
        "\"x\"",
        "'y'",
        "rate(",
        "up",
        "a:b",
        "{a=\"b\"}",
        " group_left ",
        " group_left (x) ",
        " ignoring (b) ",
        " atan2 ",
        "-",
        "+",
        "^",
        "1e3",
        "0x1F",
        "5m",
        "Inf",
        "anchored",
        "smoothed",
        " fill (0) ",
        "step()",
        "</",
        ">/",
        "{\"x\"}",
        ":",
        "#c\n",
    ];

    private readonly Random _random = new(seed);

    /// <summary>One to three characters taken away, doubled, swapped or put in.</summary>
    public string Characters(string expression)
    {
        for (var times = _random.Next(1, 4); times > 0 && expression.Length > 1; times--)
        {
            var at = _random.Next(expression.Length);
            var length = Math.Min(_random.Next(1, 5), expression.Length - at);
            expression = _random.Next(5) switch
            {
                0 => expression.Remove(at, 1),
                1 => expression.Remove(at, length),
                2 => expression.Insert(at, Alphabet[_random.Next(Alphabet.Length)].ToString()),
                3 => expression.Insert(at, expression.Substring(at, length)),
                _ => expression.Insert(_random.Next(expression.Length), Piece()),
            };
        }

        // Half a surrogate pair is no text that could reach us.
        return string.Concat(expression.EnumerateRunes().Where(rune => rune.Value != 0xFFFD));
    }

    /// <summary>One to three tokens taken away, doubled, swapped, replaced or put in.</summary>
    public string Tokens(string expression)
    {
        var tokens = Split(expression);
        for (var times = _random.Next(1, 4); times > 0 && tokens.Count > 1; times--)
        {
            var at = _random.Next(tokens.Count);
            var other = _random.Next(tokens.Count);
            switch (_random.Next(6))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[other]);
                    break;
                case 2:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                case 3:
                    tokens[at] = Piece();
                    break;
                case 4:
                    tokens[at] = tokens[other];
                    break;
                default:
                    tokens.Insert(at, Piece());
                    break;
            }
        }

        return Join(tokens);
    }

    /// <summary>The beginning of one and the end of the other.</summary>
    public string Splice(string first, string second)
    {
        var head = Split(first);
        var tail = Split(second);
        return Join([.. head.Take(_random.Next(head.Count + 1)), .. tail.Skip(_random.Next(tail.Count + 1))]);
    }

    private string Piece() => Pieces[_random.Next(Pieces.Length)];

    private static List<string> Split(string expression)
    {
        var tokens = new List<string>();
        var lexer = new Lexer(expression);
        for (var token = lexer.Next(); token.Kind is not TokenKind.End; token = lexer.Next())
        {
            // A comment swallows what is put behind it.
            if (token.Kind is not TokenKind.Comment)
            {
                tokens.Add(expression.Substring(token.Offset, token.Length));
            }

            if (token.Length == 0)
            {
                break;
            }
        }

        return tokens;
    }

    private string Join(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(token).Append(_random.Next(3) > 0 ? " " : "");
        }

        return text.ToString();
    }
}
