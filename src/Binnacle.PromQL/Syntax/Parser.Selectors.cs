using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Selectors and what may follow them: ranges, subqueries, offset, @, anchored and smoothed.</summary>
internal sealed partial class Parser
{
    private VectorSelector ParseSelector(Token? name)
    {
        var span = name is null ? default : TextSpan.Of(name.Value);
        if (Current.Kind is not TokenKind.LeftBrace)
        {
            return new VectorSelector(span, name!.Value.In(_text).ToString(), null, [], Modifiers.None);
        }

        var open = Take();
        var matchers = new List<LabelMatcher>();
        while (Current.Kind is not TokenKind.RightBrace)
        {
            matchers.Add(ParseMatcher());
            if (!TakeIf(TokenKind.Comma) && Current.Kind is not TokenKind.RightBrace)
            {
                throw Unexpected("\",\" or \"}\"");
            }
        }

        var braces = TextSpan.Of(open).To(TextSpan.Of(Take()));
        return new VectorSelector(
            name is null ? braces : span.To(braces),
            name?.In(_text).ToString(),
            braces,
            matchers,
            Modifiers.None
        );
    }

    private LabelMatcher ParseMatcher()
    {
        if (Current.Kind is not (TokenKind.Identifier or TokenKind.String))
        {
            throw Unexpected("a label name or \"}\"");
        }

        var label = Take();
        var quoted = label.Kind is TokenKind.String;
        var name = quoted ? StringText.Unquote(label.In(_text)) : label.In(_text).ToString();
        if (
            Current.Kind
            is not (TokenKind.Assign or TokenKind.NotEqual or TokenKind.RegexMatch or TokenKind.RegexNoMatch)
        )
        {
            return quoted
                ? new LabelMatcher(TextSpan.Of(label), "__name__", TokenKind.Assign, name)
                : throw Unexpected($"one of =, !=, =~, !~ after the label {name}");
        }

        var operation = Take();
        var value = Expect(TokenKind.String, "the label's value in quotes");
        return new LabelMatcher(
            TextSpan.Of(label).To(TextSpan.Of(value)),
            name,
            operation.Kind,
            StringText.Unquote(value.In(_text))
        );
    }

    private Expression ParsePostfix(Expression operand)
    {
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            switch (Current)
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

        throw Fault(Current.Offset, "the expression is nested too deeply", "");
    }

    private Expression ParseRange(Expression operand)
    {
        var open = Take();
        var range = ParsePositiveDuration();
        Expression? step = null;
        if (!TakeIf(TokenKind.Colon))
        {
            var end = Close(open, TokenKind.RightBracket);
            if (operand is not VectorSelector selector)
            {
                AddFault(
                    open.Offset,
                    "a range stands only directly behind a selector",
                    "a subquery such as [5m:] behind any other expression"
                );
            }
            else if (
                selector.Modifiers.Offset is not (null or NumberLiteral { Value: 0 })
                || selector.Modifiers.At is not null
            )
            {
                AddFault(open.Offset, "a range stands before offset and @", "foo[5m] offset 1h");
            }

            return new MatrixSelector(operand.Span.To(end), operand, range, Modifiers.None);
        }

        if (Current.Kind is not TokenKind.RightBracket)
        {
            step = ParsePositiveDuration();
        }

        return new Subquery(operand.Span.To(Close(open, TokenKind.RightBracket)), operand, range, step, Modifiers.None);
    }

    private Expression ParseAt(Expression operand)
    {
        var at = Take();
        AtModifier modifier;
        TextSpan end;
        if (Current.Keyword is Keyword.Start or Keyword.End)
        {
            modifier = new AtModifier(null, Take().Keyword);
            end = Close(Expect(TokenKind.LeftParen, "\"()\""), TokenKind.RightParen);
        }
        else
        {
            var time = ParseSignedNumber("a time in seconds, start() or end()");
            modifier = new AtModifier(time.Value, Keyword.None);
            end = time.Span;
            if (!double.IsFinite(time.Value) || Math.Abs(time.Value) >= long.MaxValue)
            {
                AddFault(time.Span.Start, "the time of @ is out of bounds", "Unix seconds");
            }
        }

        return Modify(operand, at, end, m => m.At is null ? m with { At = modifier } : null);
    }

    private Expression ParseOffset(Expression operand)
    {
        var word = Take();
        var offset = ParseOffsetDuration();
        return Modify(
            operand,
            word,
            offset.Span,
            m => m.Offset is null or NumberLiteral { Value: 0 } ? m with { Offset = offset } : null
        );
    }

    private Expression ParseExtension(Expression operand)
    {
        var word = Take();
        return operand is VectorSelector or MatrixSelector
            ? Modify(
                operand,
                word,
                TextSpan.Of(word),
                m =>
                    m.Anchored || m.Smoothed ? null
                    : word.Keyword is Keyword.Anchored ? m with { Anchored = true }
                    : m with { Smoothed = true }
            )
            : Misplaced(operand, word, "a selector");
    }

    /// <summary>Applies <paramref name="change"/>, which yields null where the modifier stands already.</summary>
    private Expression Modify(Expression operand, Token word, TextSpan end, Func<Modifiers, Modifiers?> change)
    {
        var old = operand switch
        {
            VectorSelector s => s.Modifiers,
            MatrixSelector s => s.Modifiers,
            Subquery s => s.Modifiers,
            _ => null,
        };
        if (old is null)
        {
            return Misplaced(operand, word, "a selector or a subquery");
        }

        if (change(old) is not { } changed)
        {
            AddFault(word.Offset, $"\"{word.In(_text)}\" is set twice", "it once");
            return operand;
        }

        var span = operand.Span.To(end);
        return operand switch
        {
            VectorSelector s => s with { Span = span, Modifiers = changed },
            MatrixSelector s => s with { Span = span, Modifiers = changed },
            Subquery s => s with { Span = span, Modifiers = changed },
            _ => operand,
        };
    }

    private Expression Misplaced(Expression operand, Token word, string place)
    {
        AddFault(word.Offset, $"\"{word.In(_text)}\" stands only directly behind {place}", "");
        return operand;
    }
}
