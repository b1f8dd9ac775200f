using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>The words between a binary operator and its right operand.</summary>
internal sealed partial class Parser
{
    private VectorMatching ParseMatching()
    {
        var first = _current;
        if (first.Keyword is < Keyword.On or > Keyword.Bool)
        {
            return VectorMatching.None;
        }

        var end = TextSpan.Of(first);
        var isBool = TakeIf(Keyword.Bool);
        var mode = MatchingMode.None;
        string[] labels = NoLabels;
        string[] include = NoLabels;
        var group = Grouping.None;
        if (_current.Keyword is Keyword.On or Keyword.Ignoring)
        {
            var word = _current;
            mode = word.Keyword is Keyword.On ? MatchingMode.On : MatchingMode.Ignoring;
            Advance();
            labels = ParseLabelList(word, out end);
            if (_current.Keyword is Keyword.GroupLeft or Keyword.GroupRight)
            {
                word = _current;
                end = TextSpan.Of(word);
                group = word.Keyword is Keyword.GroupLeft ? Grouping.Left : Grouping.Right;
                Advance();
                include = _current.Kind is TokenKind.LeftParen ? ParseLabelList(word, out end) : NoLabels;
            }
        }

        var (left, right) = ParseFill(ref end);
        return isBool || mode is not MatchingMode.None || left is not null || right is not null
            ? new VectorMatching(isBool, mode, labels, group, include, left, right)
            {
                Span = TextSpan.Of(first).To(end),
            }
            : VectorMatching.None;
    }

    private (double? Left, double? Right) ParseFill(ref TextSpan end)
    {
        var word = _current;
        if (word.Keyword is not (Keyword.Fill or Keyword.FillLeft or Keyword.FillRight))
        {
            return (null, null);
        }

        if (!_dialect.FillModifiers)
        {
            AddFault(
                word,
                $"{Keywords.Text(word.Keyword)} is experimental and not enabled",
                "Prometheus 3.10 with --enable-feature=promql-binop-fill-modifiers"
            );
        }

        Advance();
        var value = ParseFillValue(ref end);
        return word.Keyword switch
        {
            Keyword.Fill => (value, value),
            Keyword.FillLeft => (value, TakeIf(Keyword.FillRight) ? ParseFillValue(ref end) : null),
            _ => (TakeIf(Keyword.FillLeft) ? ParseFillValue(ref end) : null, value),
        };
    }

    private double ParseFillValue(ref TextSpan end)
    {
        var open = _current;
        Advance();
        var value = ParseSignedNumber("a number");
        end = Close(open, TokenKind.RightParen);
        return value.Value;
    }

    private NumberLiteral ParseSignedNumber(string expected)
    {
        var sign = _current;
        if (sign.Kind is TokenKind.Add or TokenKind.Subtract)
        {
            Advance();
        }

        if (_current.Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            Unexpected(expected);
            _skipped = true;
            return new NumberLiteral(TextSpan.Of(sign), 0, false);
        }

        if (_current.Kind is TokenKind.Duration && !_dialect.NumbersAsDurations)
        {
            Unexpected(expected);
        }

        var number = ParseNumber();
        return sign.Kind is TokenKind.Add or TokenKind.Subtract
            ? new NumberLiteral(
                TextSpan.Of(sign).To(number.Span),
                sign.Kind is TokenKind.Subtract ? -number.Value : number.Value,
                number.IsDuration
            )
            : number;
    }
}
