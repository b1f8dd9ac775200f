using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>The words between a binary operator and its right operand.</summary>
internal sealed partial class Parser
{
    private VectorMatching ParseMatching()
    {
        var isBool = TakeIf(Keyword.Bool);
        var mode = Current.Keyword switch
        {
            Keyword.On => MatchingMode.On,
            Keyword.Ignoring => MatchingMode.Ignoring,
            _ => MatchingMode.None,
        };
        List<string> labels = [];
        List<string> include = [];
        var group = Grouping.None;
        if (mode is not MatchingMode.None)
        {
            _next++;
            labels = ParseLabelList(out _);
            group = Current.Keyword switch
            {
                Keyword.GroupLeft => Grouping.Left,
                Keyword.GroupRight => Grouping.Right,
                _ => Grouping.None,
            };
            if (group is not Grouping.None)
            {
                _next++;
                include = Current.Kind is TokenKind.LeftParen ? ParseLabelList(out _) : include;
            }
        }

        var (left, right) = ParseFill();
        return isBool || mode is not MatchingMode.None || left is not null || right is not null
            ? new VectorMatching(isBool, mode, labels, group, include, left, right)
            : VectorMatching.None;
    }

    private (double? Left, double? Right) ParseFill()
    {
        if (TakeIf(Keyword.Fill))
        {
            var both = ParseFillValue();
            return (both, both);
        }

        if (TakeIf(Keyword.FillLeft))
        {
            var left = ParseFillValue();
            return (left, TakeIf(Keyword.FillRight) ? ParseFillValue() : null);
        }

        if (TakeIf(Keyword.FillRight))
        {
            var right = ParseFillValue();
            return (TakeIf(Keyword.FillLeft) ? ParseFillValue() : null, right);
        }

        return (null, null);
    }

    private double ParseFillValue()
    {
        var open = Expect(TokenKind.LeftParen, "\"(\"");
        var value = ParseSignedNumber("a number");
        Close(open, TokenKind.RightParen);
        return value.Value;
    }

    private NumberLiteral ParseSignedNumber(string expected)
    {
        var sign = Current;
        var signed = TakeIf(TokenKind.Subtract) || TakeIf(TokenKind.Add);
        if (Current.Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            throw Unexpected(expected);
        }

        var number = ParseNumber();
        return !signed
            ? number
            : number with
            {
                Span = TextSpan.Of(sign).To(number.Span),
                Value = sign.Kind is TokenKind.Subtract ? -number.Value : number.Value,
            };
    }
}
