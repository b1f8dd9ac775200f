using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>What is reported, and from where reading goes on after it.</summary>
internal sealed partial class Parser
{
    /// <summary>More would tell nobody more.</summary>
    public const int MaxFaults = 10;

    /// <summary>Stands where an expression is missing or could not be read; of any kind, so that it causes no more faults.</summary>
    private static readonly Call Missing = new(default, default, "", []);

    private static readonly string[] BinaryWords = ["and", "or", "unless", "atan2", "offset"];
    private static readonly string[] ClauseWords =
    [
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "bool",
        "offset",
        "and",
        "or",
        "unless",
        "atan2",
    ];

    private List<SyntaxError>? _faults;

    // True once a fault has made the rest unreadable.
    private bool _stopped;

    // Where the parser found itself again after a fault: what is wrong with that token is a consequence.
    private int _resumedAt = -1;

    // True once part of the text was skipped: what is missing at its end may well have stood there.
    private bool _skipped;

    private void AddFault(Token token, string message, string expected, string suggestion = "") =>
        AddFault(TextSpan.Of(token), message, expected, suggestion);

    private void AddFault(TextSpan span, string message, string expected, string suggestion = "") =>
        Add(SyntaxError.Spanning(_text, span.Start, span.End, message, expected, suggestion));

    private void Add(SyntaxError fault)
    {
        if (_stopped)
        {
            return;
        }

        _faults ??= [];
        _faults.Add(fault);
        if (_faults.Count >= MaxFaults)
        {
            GiveUp();
        }
    }

    /// <summary>Ends the parse: whatever is called next finds the end of the text.</summary>
    private void Stop(Token at, string message)
    {
        if (!_stopped)
        {
            AddFault(at, message, "");
            GiveUp();
        }
    }

    private Token EndOfText => new(TokenKind.End, _text.Length, 0);

    private void GiveUp()
    {
        _stopped = true;
        _hasFollowing = false;
        _current = EndOfText;
    }

    private void Unexpected(string expected, string suggestion = "") =>
        Report($"unexpected {_current.Describe(_text)}", expected, suggestion);

    /// <summary>Reports the current token, unless that is but a consequence of what was reported before.</summary>
    private void Report(string message, string expected, string suggestion = "")
    {
        if (_current.Offset == _resumedAt || (_current.Kind is TokenKind.End && _skipped))
        {
            return;
        }

        _resumedAt = _current.Offset;
        if (_current.Kind is TokenKind.Error)
        {
            Add(_lexer.Failure!);
        }
        else
        {
            AddFault(_current, message, expected, suggestion);
        }
    }

    private void UnexpectedOperand()
    {
        const string expected = "a metric, a number, a function call or \"(\"";
        switch (_current)
        {
            case { Kind: TokenKind.LeftBracket }:
                Report($"unexpected {_current.Describe(_text)}", "a selector before the range, such as foo[5m]");
                break;
            case { Kind: TokenKind.Assign }:
                Report("unexpected \"=\"", expected, "==");
                break;
            case { Kind: TokenKind.Multiply }:
                Report("unexpected \"*\"", expected, _text.AsSpan(0, _current.Offset).EndsWith("*") ? "^" : "");
                break;
            case { Keyword: Keyword.Bool or Keyword.On or Keyword.Ignoring or Keyword.GroupLeft or Keyword.GroupRight }:
                Report(
                    $"{_current.Describe(_text)} stands only behind an operator",
                    "a comparison first, as in a == bool b, or a vector before the operator, as in a * on (x) b"
                );
                break;
            default:
                Unexpected(expected);
                break;
        }
    }

    /// <summary>For a token that cannot follow a complete operand.</summary>
    private void UnexpectedBehindOperand(string expected)
    {
        var text = _current.In(_text);
        switch (_current)
        {
            case { Kind: TokenKind.Assign }:
                Report("unexpected \"=\"", expected, "==");
                break;
            case { Keyword: Keyword.By or Keyword.Without }:
                Report(
                    $"\"{text}\" belongs to an aggregation",
                    "sum, max or another aggregation before it, as in sum by (x) (foo)"
                );
                break;
            case { Keyword: Keyword.On or Keyword.Ignoring or Keyword.GroupLeft or Keyword.GroupRight }:
                Report($"\"{text}\" stands behind an operator", "an operator before it, as in a * on (x) b");
                break;
            case { Keyword: Keyword.Bool }:
                Report("\"bool\" stands behind a comparison", "a comparison before it, as in a > bool b");
                break;
            case { Kind: TokenKind.Identifier } when IsUnitBehindNumber(out var meant):
                Report($"unexpected {_current.Describe(_text)} behind a number", expected, meant);
                break;
            case { Kind: TokenKind.Identifier } when text.Equals("not", StringComparison.OrdinalIgnoreCase):
                Report("unexpected name \"not\"", expected, "unless");
                break;
            case { Kind: TokenKind.Identifier, Keyword: Keyword.None }:
                Unexpected(expected, Suggestions.Nearest(text.ToString(), ClauseWords));
                break;
            case { Kind: TokenKind.LeftParen }:
                Report("a name that is no function stands before \"(\"", expected, "");
                break;
            default:
                Unexpected(expected);
                break;
        }
    }

    /// <summary>True for the m of <c>5 m</c>.</summary>
    private bool IsUnitBehindNumber(out string meant)
    {
        var before = _text.AsSpan(0, _current.Offset).TrimEnd();
        var digits = before.Length;
        while (digits > 0 && char.IsAsciiDigit(before[digits - 1]))
        {
            digits--;
        }

        var unit = Misspellings.OfUnit(_current.In(_text));
        meant = $"{before[digits..]}{unit}";
        return digits < before.Length && unit.Length > 0 && (digits == 0 || !Lexer.IsAlphanumeric(before[digits - 1]));
    }

    /// <summary>
    /// True for an operator spelt as other languages or a hurried hand spell it, once it is reported; reading goes on
    /// with what it stands for.
    /// </summary>
    private bool IsMisspeltOperator(ref Token operation)
    {
        var text = operation.In(_text);
        switch (operation.Kind)
        {
            case TokenKind.Assign:
                UnexpectedBehindOperand("an operator");
                operation = operation with { Kind = TokenKind.Equal };
                return true;
            case TokenKind.Error when _lexer.Meant is { Length: > 0 } meant:
                var keyword = Keywords.Of(meant);
                var kind = Operators.KindOf(meant);
                if (keyword is Keyword.None && kind is TokenKind.Error)
                {
                    return false;
                }

                Unexpected("");
                operation = operation with
                {
                    Kind = kind is TokenKind.Error ? TokenKind.Identifier : kind,
                    Keyword = keyword,
                };
                return true;
            case TokenKind.Identifier
                when operation.Keyword is Keyword.None
                    && Following.Kind is TokenKind.Identifier or TokenKind.LeftParen or TokenKind.MetricIdentifier
                    && Keywords.Of(Suggestions.Nearest(text.ToString(), BinaryWords)) is var near
                    && near is not (Keyword.None or Keyword.Offset):
                UnexpectedBehindOperand("an operator or the end of the expression");
                operation = operation with { Keyword = near };
                return true;
            default:
                return false;
        }
    }

    /// <summary>Skips to what may end an operand here: a comma or a closing bracket of this level, or the end.</summary>
    private Call Skip()
    {
        _skipped = true;
        for (var depth = 0; ; Advance())
        {
            switch (_current.Kind)
            {
                case TokenKind.End:
                case TokenKind.Comma
                or TokenKind.RightParen
                or TokenKind.RightBracket
                or TokenKind.RightBrace when depth == 0:
                    _resumedAt = _current.Offset;
                    return Missing;
                case TokenKind.LeftParen or TokenKind.LeftBracket or TokenKind.LeftBrace:
                    depth++;
                    break;
                case TokenKind.RightParen or TokenKind.RightBracket or TokenKind.RightBrace:
                    depth--;
                    break;
            }
        }
    }

    /// <summary>Takes the bracket that closes <paramref name="open"/>; where another stands, that one is taken to be for an outer level.</summary>
    private TextSpan Close(Token open, TokenKind kind)
    {
        if (_current.Kind == kind)
        {
            var span = TextSpan.Of(_current);
            Advance();
            return span;
        }

        var closing = kind is TokenKind.RightParen ? "\")\"" : "\"]\"";
        if (_current.Kind is TokenKind.End)
        {
            if (!_skipped)
            {
                _skipped = true;
                AddFault(open, $"\"{_text[open.Offset]}\" is never closed", closing);
            }
        }
        else if (kind is TokenKind.RightParen)
        {
            UnexpectedBehindOperand("an operator, \",\" or \")\"");
        }
        else
        {
            Unexpected("\"]\"");
        }

        while (
            _current.Kind
                is not (TokenKind.End or TokenKind.RightParen or TokenKind.RightBracket or TokenKind.RightBrace)
        )
        {
            if (_current.Kind is TokenKind.Comma)
            {
                Advance();
            }

            Skip();
        }

        if (_current.Kind == kind)
        {
            return Close(open, kind);
        }

        if (kind is TokenKind.RightBracket)
        {
            _lexer.LeaveBrackets();
        }

        return new TextSpan(_current.Offset, _current.Offset);
    }
}
