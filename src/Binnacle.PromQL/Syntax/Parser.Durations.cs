using System.Runtime.CompilerServices;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Durations in brackets and after offset: literals, and the arithmetic that Prometheus has behind a feature flag.</summary>
internal sealed partial class Parser
{
    private const string DurationExpected = "a duration such as 5m";

    private Expression ParsePositiveDuration()
    {
        var duration = ParseDuration(1);
        if (duration is NumberLiteral { Value: <= 0 })
        {
            AddFault(duration.Span.Start, "the duration must be greater than 0", DurationExpected);
        }

        return duration;
    }

    /// <summary>A literal or a call ends an offset: <c>foo offset 5m + bar</c> adds bar. Behind a parenthesis arithmetic goes on.</summary>
    private Expression ParseOffsetDuration()
    {
        var sign = Current.Kind is TokenKind.Add or TokenKind.Subtract ? Current : (Token?)null;
        var operand = sign is null ? Current : Following;
        if (operand.Kind is TokenKind.LeftParen ? sign is null : operand.Kind is TokenKind.Add or TokenKind.Subtract)
        {
            return ParseDuration(1);
        }

        if (sign is not null)
        {
            _next++;
        }

        var duration = ParseDurationPrimary();
        return sign is null ? duration : Signed(sign.Value, duration);
    }

    private Expression ParseDuration(int minimum)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fault(Current.Offset, "the expression is nested too deeply", "");
        }

        Expression left;
        if (Current.Kind is TokenKind.Add or TokenKind.Subtract)
        {
            var sign = Take();
            left = Signed(sign, ParseDuration(Operators.Power));
        }
        else
        {
            left = ParseDurationPrimary();
        }

        for (var depth = 0; depth <= MaxDepth; depth++)
        {
            var operation = Current;
            var precedence = Operators.DurationPrecedence(operation);
            if (precedence == 0 || precedence < minimum)
            {
                return left;
            }

            _next++;
            var right = ParseDuration(operation.Kind is TokenKind.Power ? precedence : precedence + 1);
            left = new BinaryExpression(left.Span.To(right.Span), operation, left, right, VectorMatching.None);
        }

        throw Fault(Current.Offset, $"more than {MaxDepth} operators in a row", "");
    }

    private static Expression Signed(Token sign, Expression operand)
    {
        var negative = sign.Kind is TokenKind.Subtract;
        var span = TextSpan.Of(sign).To(operand.Span);
        return operand is NumberLiteral number
            ? number with
            {
                Span = span,
                Value = negative ? -number.Value : number.Value,
            }
            : new UnaryExpression(span, negative, operand);
    }

    private Expression ParseDurationPrimary()
    {
        switch (Current)
        {
            case { Kind: TokenKind.Number or TokenKind.Duration }:
                var number = ParseNumber();
                if (Math.Abs(number.Value) * 1000 > NumberText.MaxMilliseconds)
                {
                    AddFault(number.Span.Start, "duration out of range: more than 292 years", DurationExpected);
                }

                return number;
            case { Kind: TokenKind.LeftParen }:
                var open = Take();
                var inner = ParseDuration(1);
                return new ParenExpression(TextSpan.Of(open).To(Close(open, TokenKind.RightParen)), inner);
            case { Keyword: Keyword.Step or Keyword.Range or Keyword.MinOf or Keyword.MaxOf }:
                var name = Take();
                var parenthesis = Expect(TokenKind.LeftParen, "\"(\"");
                var arguments = new List<Expression>();
                if (name.Keyword is Keyword.MinOf or Keyword.MaxOf)
                {
                    arguments.Add(ParseDuration(1));
                    Expect(TokenKind.Comma, "\",\" and a second duration");
                    arguments.Add(ParseDuration(1));
                }

                var close = Close(parenthesis, TokenKind.RightParen);
                var function = name.In(_text).ToString().ToLowerInvariant();
                return new Call(TextSpan.Of(name).To(close), name, function, arguments);
            default:
                throw Unexpected(DurationExpected);
        }
    }
}
