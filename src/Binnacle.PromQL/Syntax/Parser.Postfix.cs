using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>What may follow an operand: ranges, subqueries, offset, @, anchored and smoothed.</summary>
internal sealed partial class Parser
{
    private Expression ParsePostfix(Expression operand)
    {
        while (true)
        {
            switch (_current)
            {
                case { Kind: TokenKind.LeftBracket }:
                    operand = ParseRange(operand);
                    break;
                case { Kind: TokenKind.At }:
                    operand = ParseAt(operand);
                    break;
                case { Keyword: Keyword.Offset }:
                    operand = ParseOffset(operand);
                    break;
                case { Keyword: Keyword.Anchored or Keyword.Smoothed }:
                    operand = ParseExtension(operand);
                    break;
                default:
                    return operand;
            }
        }
    }

    private Expression ParseRange(Expression operand)
    {
        var open = _current;
        Advance();
        var height = _height;
        _numberInBrackets = false;
        var range = ParsePositiveDuration();
        if (_current.Kind is TokenKind.Colon)
        {
            return ParseSubquery(operand, range, open, height);
        }

        var end = Close(open, TokenKind.RightBracket);
        if (operand is Subquery or MatrixSelector)
        {
            return RangeBehindRange(operand, open, end);
        }

        CheckRange(operand, TextSpan.Of(open).To(end));
        SetHeight(height + 1, open);
        return new MatrixSelector(operand.Span.To(end), operand, range, Modifiers.None);
    }

    private void CheckRange(Expression operand, TextSpan brackets)
    {
        if (operand is not VectorSelector selector)
        {
            if (!ReferenceEquals(operand, Missing))
            {
                var inside = _text.AsSpan(brackets.Start, brackets.Length);
                AddFault(
                    brackets,
                    "a range stands only directly behind a selector",
                    "a subquery such as [5m:] behind any other expression",
                    inside.EndsWith("]") && inside.Length <= 40 ? $"{inside[..^1]}:]" : ""
                );
            }
        }
        else if (StandsBeforeRange(selector.Modifiers))
        {
            AddFault(brackets, "a range stands before offset and @", "foo[5m] offset 1h");
        }
    }

    /// <summary>Prometheus looks for offset and @ before a range, but up to 3.14 not for start(), end() and calculated offsets.</summary>
    private bool StandsBeforeRange(Modifiers modifiers) =>
        _dialect.ChecksAnchoredRanges
            ? IsSet(modifiers.Offset) || modifiers.At is not null
            : (modifiers.Offset is { } offset && LiteralValue(offset) is not null && IsSet(offset))
                || modifiers.At is { Timestamp: not null };

    private Expression ParseSubquery(Expression operand, Expression range, Token open, int height)
    {
        // Prometheus's lexer wants a digit before the colon.
        if (
            range is not NumberLiteral
            && !ReferenceEquals(range, Missing)
            && !range.DescendantsAndSelf().Any(part => part is NumberLiteral)
        )
        {
            AddFault(range.Span, "the range of a subquery needs a number", DurationExpected);
        }

        Advance();
        Expression? step = null;
        if (_current.Kind is not TokenKind.RightBracket)
        {
            step = ParsePositiveDuration();
        }

        var close = Close(open, TokenKind.RightBracket);
        if (operand is Subquery or MatrixSelector)
        {
            return RangeBehindRange(operand, open, close);
        }

        SetHeight(height + 1, open);
        return new Subquery(operand.Span.To(close), operand, range, step, Modifiers.None);
    }

    /// <summary>Always a fault, and never nested: a row of brackets makes no tree.</summary>
    private Expression RangeBehindRange(Expression operand, Token open, TextSpan close)
    {
        AddFault(TextSpan.Of(open).To(close), "a range stands behind another one", "a function around the first one");
        return operand;
    }

    private void SetHeight(int height, Token at)
    {
        _height = height;
        if (height > PromQlOptions.MaxHeight)
        {
            Stop(at, $"more than {PromQlOptions.MaxHeight} operators and brackets within each other");
        }
    }

    private Expression ParseAt(Expression operand)
    {
        var at = _current;
        Advance();
        AtModifier modifier;
        TextSpan end;
        if (_current.Keyword is Keyword.Start or Keyword.End)
        {
            modifier = new AtModifier(null, _current.Keyword);
            Advance();
            var open = _current;
            if (open.Kind is not TokenKind.LeftParen)
            {
                Unexpected("\"()\"");
                _skipped = true;
                return operand;
            }

            Advance();
            end = Close(open, TokenKind.RightParen);
        }
        else
        {
            var time = ParseSignedNumber("a time in seconds, start() or end()");
            modifier = new AtModifier(time.Value, Keyword.None);
            end = time.Span;
            if (!double.IsFinite(time.Value) || Math.Abs(time.Value) >= long.MaxValue)
            {
                AddFault(time.Span, "the time of @ is out of bounds", "Unix seconds");
            }
        }

        if (ModifiersOf(operand) is not { } own)
        {
            return Misplaced(operand, at, "a selector or a subquery");
        }

        if (own.At is not null || InnerModifiers(operand)?.At is not null)
        {
            return SetTwice(operand, at);
        }

        return WithModifiers(operand, end, own with { At = modifier });
    }

    private Expression ParseOffset(Expression operand)
    {
        var word = _current;
        Advance();
        var height = _height;
        var offset = ParseOffsetDuration();
        _height = height;
        if (ModifiersOf(operand) is not { } own)
        {
            return Misplaced(operand, word, "a selector or a subquery");
        }

        if (IsSet(own.Offset) || IsSet(InnerModifiers(operand)?.Offset))
        {
            return SetTwice(operand, word);
        }

        return WithModifiers(operand, offset.Span, own with { Offset = offset });
    }

    /// <summary>False for none and for one of 0, which Prometheus takes for none.</summary>
    private bool IsSet(Expression? offset) =>
        offset is not null
        && !(
            LiteralValue(offset) is { } seconds
            && (_dialect.OffsetsOverflowToZero ? OverflowsToZero(seconds) : Math.Round(seconds * 1e9) == 0)
        );

    /// <summary>
    /// True where <c>time.Duration(seconds*1000) * time.Millisecond</c> is 0: below a millisecond, and, as amd64 makes the
    /// least number of what an int64 cannot hold, for NaN, Inf and the like.
    /// </summary>
    private static bool OverflowsToZero(double seconds) =>
        !(Math.Abs(seconds * 1000) < long.MaxValue) || unchecked((long)(seconds * 1000) * 1_000_000) == 0;

    private Expression ParseExtension(Expression operand)
    {
        var word = _current;
        Advance();
        if (!_dialect.ExtendedRangeSelectors)
        {
            AddFault(
                word,
                $"{Keywords.Text(word.Keyword)} is experimental and not enabled",
                "Prometheus 3.7 with --enable-feature=promql-extended-range-selectors"
            );
            return operand;
        }

        if (operand is not (VectorSelector or MatrixSelector) || ModifiersOf(operand) is not { } own)
        {
            return Misplaced(operand, word, "a selector");
        }

        var inner = InnerModifiers(operand) ?? Modifiers.None;
        var anchored = word.Keyword is Keyword.Anchored;
        if (anchored ? own.Smoothed || inner.Smoothed : own.Anchored || inner.Anchored)
        {
            AddFault(word, "anchored and smoothed exclude each other", "one of them");
            return operand;
        }

        return WithModifiers(
            operand,
            TextSpan.Of(word),
            own with
            {
                Anchored = own.Anchored || anchored,
                Smoothed = own.Smoothed || !anchored,
            }
        );
    }

    private static Modifiers? ModifiersOf(Expression operand) =>
        operand switch
        {
            VectorSelector selector => selector.Modifiers,
            MatrixSelector { Vector: VectorSelector } matrix => matrix.Modifiers,
            Subquery subquery => subquery.Modifiers,
            _ => null,
        };

    /// <summary>In Prometheus's tree a range has no modifiers of its own: those of its selector and behind its bracket are one.</summary>
    private static Modifiers? InnerModifiers(Expression operand) =>
        operand is MatrixSelector { Vector: VectorSelector selector } ? selector.Modifiers : null;

    private static Expression WithModifiers(Expression operand, TextSpan end, Modifiers modifiers)
    {
        var span = operand.Span.To(end);
        return operand switch
        {
            VectorSelector s => new VectorSelector(span, s.Name, s.Braces, s.Matchers, modifiers),
            MatrixSelector s => new MatrixSelector(span, s.Vector, s.Range, modifiers),
            Subquery s => new Subquery(span, s.Inner, s.Range, s.Step, modifiers),
            _ => operand,
        };
    }

    private Expression SetTwice(Expression operand, Token word)
    {
        AddFault(word, $"\"{word.In(_text)}\" is set twice", "it once");
        return operand;
    }

    private Expression Misplaced(Expression operand, Token word, string place)
    {
        if (!ReferenceEquals(operand, Missing) && operand is not MatrixSelector)
        {
            AddFault(word, $"\"{word.In(_text)}\" stands only directly behind {place}", "");
        }

        return operand;
    }
}
