using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Durations in brackets and after offset: literals, and the arithmetic that Prometheus has behind a feature flag.</summary>
internal sealed partial class Parser
{
    private const string DurationExpected = "a duration such as 5m";

    // Nanoseconds in an int64.
    private const double MaxSeconds = 9223372036.854775808;

    // Of the brackets that are being read: whether there are any, and whether a number was in them.
    private bool _inBrackets;
    private bool _numberInBrackets;

    /// <summary>The value of a literal, whatever signs and parentheses stand around it; null for anything else.</summary>
    private static double? LiteralValue(Expression duration) =>
        duration switch
        {
            NumberLiteral number => number.Value,
            ParenExpression paren => LiteralValue(paren.Inner),
            UnaryExpression unary => unary.Negative ? -LiteralValue(unary.Operand) : LiteralValue(unary.Operand),
            _ => null,
        };

    private Expression ParsePositiveDuration()
    {
        _inBrackets = true;
        var duration = ParseDuration(1);
        _inBrackets = false;
        if (
            LiteralValue(duration) is { } value
            && value <= 0
            && !(value == 0 && _dialect.ZeroRanges && !IsZeroDuration(duration))
        )
        {
            AddFault(duration.Span, "the duration must be greater than 0", DurationExpected);
        }

        return duration;
    }

    /// <summary>True for <c>0s</c>, which was refused even where the number 0 passed.</summary>
    private static bool IsZeroDuration(Expression duration) => duration is NumberLiteral { IsDuration: true };

    /// <summary>A literal or a call ends an offset: <c>foo offset 5m + bar</c> adds bar. Behind a parenthesis arithmetic goes on.</summary>
    private Expression ParseOffsetDuration()
    {
        var sign = _current;
        if (_dialect.OnlyPowersExtendOffsets)
        {
            return ParseSignedDuration();
        }

        if (sign.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return sign.Kind is TokenKind.LeftParen ? ParseDuration(1) : ParseDurationPrimary();
        }

        var signed = Following.Kind;
        if (
            signed is TokenKind.Add or TokenKind.Subtract
            || (signed is TokenKind.LeftParen && !_dialect.SignedParenthesisEndsOffset)
        )
        {
            return ParseDuration(1);
        }

        if (sign.Kind is TokenKind.Add && !_dialect.DurationArithmetic)
        {
            Unexpected(DurationExpected);
        }

        Advance();
        // Between sign and parenthesis nothing asks for the flag.
        var duration = signed is TokenKind.LeftParen ? ParseDurationParens() : ParseDurationPrimary();
        if (
            signed is TokenKind.LeftParen
            && _dialect.RefusesSignedNumberInParentheses
            && LiteralValue(duration) is not null
        )
        {
            AddFault(
                TextSpan.Of(sign).To(duration.Span),
                "Prometheus 3.6 to 3.12 cannot read a signed number in parentheses",
                "it without parentheses"
            );
        }

        return Signed(sign, duration);
    }

    private Expression ParseDuration(int minimum)
    {
        if (!Enter())
        {
            return Missing;
        }

        var left = ParseSignedDuration();
        var height = _height;
        while (true)
        {
            var operation = _current;
            var precedence = Operators.DurationPrecedence(operation);
            if (precedence == 0 || precedence < minimum)
            {
                break;
            }

            NeedDurationExpressions(operation);
            Advance();
            var right = ParseDuration(operation.Kind is TokenKind.Power ? precedence : precedence + 1);
            if (operation.Kind is TokenKind.Divide or TokenKind.Modulo && LiteralValue(right) == 0)
            {
                AddFault(operation, "a division by zero", "");
            }

            left = new BinaryExpression(left.Span.To(right.Span), operation, left, right, VectorMatching.None);
            height = Math.Max(height, _height) + 1;
            SetHeight(height, operation);
        }

        _nesting--;
        _height = height;
        return left;
    }

    private Expression ParseSignedDuration()
    {
        if (_current.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return ParseDurationPrimary();
        }

        var sign = _current;
        if (!_dialect.DurationArithmetic)
        {
            Unexpected(DurationExpected);
        }

        Advance();
        return Signed(sign, ParseDuration(Operators.Power));
    }

    private void NeedDurationExpressions(Token token)
    {
        if (!_dialect.DurationExpressions)
        {
            AddFault(
                token,
                "arithmetic in a duration is experimental and not enabled",
                "Prometheus 3.14, or 3.4 with --enable-feature=promql-duration-expr"
            );
        }
    }

    private Expression ParseDurationPrimary()
    {
        switch (_current)
        {
            case { Kind: TokenKind.Number or TokenKind.Duration }:
                return ParseDurationLiteral();
            case { Kind: TokenKind.LeftParen }:
                NeedDurationExpressions(_current);
                return ParseDurationParens();
            case {
                Keyword: Keyword.Step or Keyword.Range or Keyword.MinOf or Keyword.MaxOf or Keyword.Min or Keyword.Max
            } when Following.Kind is TokenKind.LeftParen:
                return ParseDurationCall();
            case { Kind: TokenKind.Identifier } when Misspellings.OfUnit(_current.In(_text)).Length > 0:
                Unexpected(DurationExpected, $"1{Misspellings.OfUnit(_current.In(_text))}");
                return SkipInBrackets();
            default:
                Unexpected(DurationExpected);
                return SkipInBrackets();
        }
    }

    private ParenExpression ParseDurationParens()
    {
        var open = _current;
        Advance();
        var inner = ParseDuration(1);
        _height++;
        return new ParenExpression(TextSpan.Of(open).To(Close(open, TokenKind.RightParen)), inner);
    }

    private Expression ParseDurationLiteral()
    {
        if (_current.Kind is TokenKind.Number && !_dialect.NumbersAsDurations)
        {
            AddFault(_current, "a duration without a unit", DurationExpected, $"{Token.Shorten(_current.In(_text))}s");
        }

        var number = ParseNumber();
        _numberInBrackets = true;
        if (Math.Abs(number.Value) > MaxSeconds && _dialect.BoundsDurations)
        {
            AddFault(number.Span, "duration out of range: more than 292 years", DurationExpected);
        }

        if (
            _current is { Kind: TokenKind.Identifier }
            && _current.Keyword is Keyword.None
            && IsUnitBehindNumber(out var meant)
        )
        {
            Report($"unexpected {_current.Describe(_text)} behind a number", "\"]\"", meant);
            return SkipInBrackets();
        }

        return number;
    }

    private Expression ParseDurationCall()
    {
        var name = _current;
        var known = name.Keyword switch
        {
            Keyword.Step => _dialect.StepFunction,
            Keyword.Range => _dialect.RangeFunction,
            Keyword.Min or Keyword.Max => _dialect.ShortMinMax,
            _ => _dialect.LongMinMax,
        };
        if (!known)
        {
            Unexpected(DurationExpected);
            return SkipInBrackets();
        }

        if (name.Keyword is Keyword.Range && _inBrackets && _numberInBrackets && _dialect.ReadsRangeBeforeNumbersOnly)
        {
            AddFault(name, "up to Prometheus 3.11 range() stands only before any number in brackets", "");
        }

        if (_dialect.DurationFunctionsNeedFlag)
        {
            NeedDurationExpressions(name);
        }

        Advance();
        var open = _current;
        Advance();
        Expression[] arguments = NoExpressions;
        _height = 0;
        if (name.Keyword is not (Keyword.Step or Keyword.Range))
        {
            var first = ParseDuration(1);
            var height = _height;
            if (!TakeIf(TokenKind.Comma))
            {
                Unexpected("\",\" and a second duration");
            }

            arguments = [first, ParseDuration(1)];
            _height = Math.Max(height, _height);
        }

        _height++;
        var close = Close(open, TokenKind.RightParen);
        return new Call(TextSpan.Of(name).To(close), name, Keywords.Text(name.Keyword), arguments);
    }

    /// <summary>To the colon or the closing bracket of a range; after an offset nothing is skipped, since anything may follow one.</summary>
    private Call SkipInBrackets()
    {
        _skipped = true;
        while (
            _lexer.InBrackets
            && _current.Kind
                is not (
                    TokenKind.End
                    or TokenKind.Colon
                    or TokenKind.RightBracket
                    or TokenKind.RightParen
                    or TokenKind.Comma
                )
        )
        {
            Advance();
        }

        _resumedAt = _current.Offset;
        _height = 1;
        return Missing;
    }
}
