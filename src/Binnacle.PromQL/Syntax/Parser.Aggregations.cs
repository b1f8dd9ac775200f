using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>Aggregations, and the label lists that they share with binary operators.</summary>
internal sealed partial class Parser
{
    private Aggregation ParseAggregation()
    {
        var operation = _current;
        Advance();
        var clause = ParseAggregationClause();
        var arguments = ParseArguments(out var close);
        var last = close;
        if (clause is null)
        {
            clause = ParseAggregationClause();
            last = clause?.Span ?? close;
        }

        CheckAggregation(operation, arguments);
        return new Aggregation(
            TextSpan.Of(operation).To(last),
            operation.Keyword,
            clause?.Without ?? false,
            clause?.Labels ?? NoLabels,
            arguments.Length > 1 ? arguments[0] : null,
            arguments.Length > 0 ? arguments[^1] : null
        )
        {
            Clause = clause?.Span,
        };
    }

    private void CheckAggregation(Token operation, Expression[] arguments)
    {
        var name = Keywords.Text(operation.Keyword);
        if (operation.Keyword is Keyword.LimitK or Keyword.LimitRatio)
        {
            if (!_dialect.NumbersAsDurations)
            {
                AddFault(operation, $"{name} exists only since Prometheus 2.54", "");
            }
            else if (!_dialect.ExperimentalFunctions)
            {
                AddFault(
                    operation,
                    $"{name} is experimental and not enabled",
                    "--enable-feature=promql-experimental-functions"
                );
            }
        }

        var wanted = operation.Keyword.TakesParameter() ? 2 : 1;
        if (arguments.Length != wanted)
        {
            AddFault(
                operation,
                $"{name} got {arguments.Length} arguments",
                wanted == 1 ? "one: the vector to aggregate" : "two: the parameter and the vector to aggregate"
            );
        }
    }

    private (bool Without, string[] Labels, TextSpan Span)? ParseAggregationClause()
    {
        var word = _current;
        if (word.Keyword is not (Keyword.By or Keyword.Without))
        {
            return null;
        }

        Advance();
        var labels = ParseLabelList(word, out var close);
        return (word.Keyword is Keyword.Without, labels, TextSpan.Of(word).To(close));
    }

    /// <summary>The labels in parentheses behind <paramref name="word"/>.</summary>
    private string[] ParseLabelList(Token word, out TextSpan close)
    {
        var open = _current;
        if (open.Kind is not TokenKind.LeftParen)
        {
            return ParseBareLabels(word, out close);
        }

        Advance();
        List<string>? labels = null;
        string? only = null;
        while (_current.Kind is not (TokenKind.RightParen or TokenKind.End))
        {
            if (!ParseGroupingLabel(out var label))
            {
                Unexpected("a label name");
                SkipInList();
            }
            else if (only is null)
            {
                only = label;
            }
            else
            {
                labels ??= [only];
                labels.Add(label);
            }

            if (!TakeIf(TokenKind.Comma) && _current.Kind is not TokenKind.RightParen and not TokenKind.End)
            {
                Unexpected("\",\" or \")\"");
                SkipInList();
                if (!TakeIf(TokenKind.Comma))
                {
                    break;
                }
            }
        }

        close = Close(open, TokenKind.RightParen);
        return labels?.ToArray() ?? (only is null ? NoLabels : [only]);
    }

    /// <summary>For <c>sum by instance (x)</c>: says what is missing and takes the names for what they are.</summary>
    private string[] ParseBareLabels(Token word, out TextSpan close)
    {
        close = new TextSpan(_current.Offset, _current.Offset);
        var labels = new List<string>();
        var first = _current;
        while (_current.Kind is TokenKind.Identifier && ParseGroupingLabel(out var label))
        {
            labels.Add(label);
            if (!TakeIf(TokenKind.Comma))
            {
                break;
            }
        }

        const string expected = "\"(\" and a list of label names";
        if (labels.Count == 0)
        {
            Unexpected(expected);
            return NoLabels;
        }

        AddFault(
            first,
            $"the labels behind \"{word.In(_text)}\" stand without parentheses",
            expected,
            $"{word.In(_text)} ({string.Join(", ", labels)})"
        );
        return [.. labels];
    }

    private bool ParseGroupingLabel(out string label)
    {
        var token = _current;
        label = "";
        switch (token.Kind)
        {
            case TokenKind.String:
                label = StringText.Unquote(token.In(_text));
                if (!_dialect.QuotedGroupings)
                {
                    AddFault(token, "a quoted label name", "a bare one: quotes are known here since Prometheus 2.55");
                }
                else if (!IsLabelName(label))
                {
                    AddFault(token, label.Length == 0 ? "an empty label name" : "a bad label name", "a label name");
                }

                break;
            case TokenKind.MetricIdentifier:
                label = token.In(_text).ToString();
                if (!_dialect.Utf8Groupings)
                {
                    AddFault(token, $"bad label name \"{Token.Shorten(label)}\"", "letters, digits and _");
                }

                break;
            case TokenKind.Identifier
                when token.Keyword.IsGroupingLabel()
                    && !(_dialect.ReservesAnchored && token.Keyword is Keyword.Anchored or Keyword.Smoothed):
                label = token.In(_text).ToString();
                break;
            default:
                return false;
        }

        Advance();
        return true;
    }

    /// <summary>Any UTF-8 since Prometheus 3; before, letters, digits and underscores.</summary>
    private bool IsLabelName(string name) =>
        name.Length > 0
        && (
            _dialect.Utf8Groupings
                ? StringText.IsUtf8(name)
                : !char.IsAsciiDigit(name[0]) && name.All(Lexer.IsAlphanumeric)
        );

    private void SkipInList()
    {
        _skipped = true;
        while (_current.Kind is not (TokenKind.Comma or TokenKind.RightParen or TokenKind.End or TokenKind.LeftParen))
        {
            Advance();
        }

        _resumedAt = _current.Offset;
    }
}
