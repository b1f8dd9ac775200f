using System.Runtime.CompilerServices;
using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>
/// Reads an expression by precedence climbing into a tree, after <c>promql/parser/generated_parser.y</c> of Prometheus
/// 3.x. It takes the union of what the 3.x line takes with and without experimental features: a newer Prometheus or a
/// feature flag must not make it refuse what Prometheus loads.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Levels of nesting, and operators in a row at one level, that are followed before the text is called too deep.</summary>
    private const int MaxDepth = 5000;

    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly SyntaxError? _lexicalFault;
    private readonly List<SyntaxError> _faults = [];
    private int _next;

    private readonly PromQlOptions _options;

    private Parser(string text, PromQlOptions options)
    {
        _options = options;
        _text = text;
        _tokens = Lexer.ReadAll(text, out _lexicalFault);
    }

    public static ParseResult Parse(string text, PromQlOptions options)
    {
        var parser = new Parser(text, options);
        try
        {
            return new ParseResult(parser.ParseAll(), parser._faults);
        }
        catch (SyntaxException e)
        {
            parser._faults.Add(e.Error);
            return new ParseResult(null, parser._faults);
        }
    }

    private Token Current => _tokens[_next];

    private Token Following => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    private Expression ParseAll()
    {
        if (Current.Kind is TokenKind.End)
        {
            throw Fault(0, "the expression is empty", "a PromQL expression");
        }

        var root = ParseExpression(1);
        return Current.Kind is TokenKind.End ? root : throw Unexpected("an operator or the end of the expression");
    }

    private Expression ParseExpression(int minimum)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fault(Current.Offset, "the expression is nested too deeply", "");
        }

        var left = ParseUnary();
        for (var depth = 0; ; depth++)
        {
            var operation = Current;
            var precedence = Operators.Precedence(operation);
            if (precedence == 0 || precedence < minimum)
            {
                return left;
            }

            if (depth > MaxDepth)
            {
                throw Fault(operation.Offset, $"more than {MaxDepth} operators in a row", "");
            }

            _next++;
            var matching = ParseMatching();
            var right = ParseExpression(operation.Kind is TokenKind.Power ? precedence : precedence + 1);
            left = new BinaryExpression(left.Span.To(right.Span), operation, left, right, matching);
        }
    }

    private Expression ParseUnary()
    {
        if (Current.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return ParsePostfix(ParsePrimary());
        }

        var sign = Take();
        var negative = sign.Kind is TokenKind.Subtract;
        var operand = ParseExpression(Operators.Power);
        var span = TextSpan.Of(sign).To(operand.Span);
        return operand is NumberLiteral number
            ? number with
            {
                Span = span,
                Value = negative ? -number.Value : number.Value,
            }
            : new UnaryExpression(span, negative, operand);
    }

    private Expression ParsePrimary()
    {
        switch (Current.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                return ParseNumber();
            case TokenKind.String:
                var literal = Take();
                return new StringLiteral(TextSpan.Of(literal), StringText.Unquote(literal.In(_text)));
            case TokenKind.LeftParen:
                var open = Take();
                var inner = ParseExpression(1);
                return new ParenExpression(TextSpan.Of(open).To(Close(open, TokenKind.RightParen)), inner);
            case TokenKind.LeftBrace:
                return ParseSelector(null);
            case TokenKind.Identifier when Current.Keyword.IsAggregation() && StartsAggregation(Following):
                return ParseAggregation();
            case TokenKind.Identifier when Current.Keyword.IsFunctionName() && Following.Kind is TokenKind.LeftParen:
                return ParseCall();
            case TokenKind.Identifier when Current.Keyword.IsMetricName():
            case TokenKind.MetricIdentifier:
                return ParseSelector(Take());
            default:
                throw Unexpected("a metric, a number, a function call or \"(\"");
        }
    }

    private static bool StartsAggregation(Token token) =>
        token is { Kind: TokenKind.LeftParen } or { Keyword: Keyword.By or Keyword.Without };

    private NumberLiteral ParseNumber()
    {
        var token = Take();
        var text = token.In(_text);
        double value;
        if (token.Kind is TokenKind.Duration)
        {
            if (!NumberText.TryDuration(text, out var milliseconds, out var fault))
            {
                AddFault(token.Offset, $"{fault}: \"{text}\"", "a duration such as 90s, 5m or 1h30m");
            }

            value = milliseconds / 1000.0;
        }
        else if (!NumberText.TryNumber(text, out value))
        {
            AddFault(token.Offset, $"bad number \"{text}\"", "a number that fits 64 bits");
        }

        return new NumberLiteral(TextSpan.Of(token), value, token.Kind is TokenKind.Duration);
    }

    private Call ParseCall()
    {
        var name = Take();
        var function = name.In(_text).ToString();
        if (Functions.Find(function) is not { } signature || !signature.IsIn(_options.PrometheusVersion))
        {
            _faults.Add(
                SyntaxError.Spanning(
                    _text,
                    name.Offset,
                    name.End,
                    $"unknown function \"{function}\"",
                    suggestion: Suggestions.ForFunction(function, _options.PrometheusVersion)
                )
            );
        }

        var arguments = ParseArguments(out var close);
        return new Call(TextSpan.Of(name).To(close), name, function, arguments)
        {
            Signature = Functions.Find(function),
        };
    }

    private List<Expression> ParseArguments(out TextSpan close)
    {
        var open = Expect(TokenKind.LeftParen, "\"(\"");
        var arguments = new List<Expression>();
        if (Current.Kind is not TokenKind.RightParen)
        {
            do
            {
                arguments.Add(ParseExpression(1));
            } while (TakeIf(TokenKind.Comma));
        }

        close = Close(open, TokenKind.RightParen);
        return arguments;
    }

    private Aggregation ParseAggregation()
    {
        var operation = Take();
        var before = ParseAggregationLabels();
        var arguments = ParseArguments(out var close);
        var labels = before ?? ParseAggregationLabels();
        var span = TextSpan.Of(operation).To(labels is null || before is not null ? close : labels.Value.Span);
        var wanted = operation.Keyword.TakesParameter() ? 2 : 1;
        if (arguments.Count != wanted)
        {
            AddFault(
                operation.Offset,
                $"{operation.In(_text)} got {arguments.Count} arguments",
                wanted == 1 ? "one: the vector to aggregate" : "two: the parameter and the vector to aggregate"
            );
        }

        return new Aggregation(
            span,
            operation.Keyword,
            labels?.Without ?? false,
            labels?.Labels ?? [],
            arguments.Count > 1 ? arguments[0] : null,
            arguments.Count > 0 ? arguments[^1] : null
        );
    }

    private (bool Without, List<string> Labels, TextSpan Span)? ParseAggregationLabels()
    {
        if (Current.Keyword is not (Keyword.By or Keyword.Without))
        {
            return null;
        }

        var without = Take().Keyword is Keyword.Without;
        var labels = ParseLabelList(out var close);
        return (without, labels, close);
    }

    private List<string> ParseLabelList(out TextSpan close)
    {
        var open = Expect(TokenKind.LeftParen, "\"(\" and a list of label names");
        var labels = new List<string>();
        while (Current.Kind is not TokenKind.RightParen)
        {
            if (Current.Kind is TokenKind.String)
            {
                var quoted = Take();
                labels.Add(StringText.Unquote(quoted.In(_text)));
                if (labels[^1].Length == 0)
                {
                    AddFault(quoted.Offset, "an empty label name", "a label name");
                }
            }
            else if (
                Current.Kind is TokenKind.MetricIdentifier
                || (Current.Kind is TokenKind.Identifier && Current.Keyword.IsGroupingLabel())
            )
            {
                labels.Add(Take().In(_text).ToString());
            }
            else
            {
                throw Unexpected("a label name");
            }

            if (!TakeIf(TokenKind.Comma) && Current.Kind is not TokenKind.RightParen and not TokenKind.End)
            {
                throw Unexpected("\",\" or \")\"");
            }
        }

        close = Close(open, TokenKind.RightParen);
        return labels;
    }

    private Token Take() => _tokens[_next++];

    private bool TakeIf(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            return false;
        }

        _next++;
        return true;
    }

    private bool TakeIf(Keyword keyword)
    {
        if (Current.Keyword != keyword)
        {
            return false;
        }

        _next++;
        return true;
    }

    private Token Expect(TokenKind kind, string expected) => Current.Kind == kind ? Take() : throw Unexpected(expected);

    private TextSpan Close(Token open, TokenKind kind)
    {
        if (Current.Kind == kind)
        {
            return TextSpan.Of(Take());
        }

        var closing = kind is TokenKind.RightParen ? ")" : "]";
        throw Current.Kind is TokenKind.End
            ? Fault(open.Offset, $"\"{_text[open.Offset]}\" is never closed", $"\"{closing}\"")
            : Unexpected(kind is TokenKind.RightParen ? "an operator, \",\" or \")\"" : "\"]\"");
    }

    private SyntaxException Unexpected(string expected) =>
        Current.Kind is TokenKind.Error
            ? new SyntaxException(_lexicalFault!)
            : Fault(Current.Offset, $"unexpected {Current.Describe(_text)}", expected);

    private SyntaxException Fault(int offset, string message, string expected) =>
        new(SyntaxError.At(_text, offset, message, expected));

    private void AddFault(int offset, string message, string expected) =>
        _faults.Add(SyntaxError.At(_text, offset, message, expected));
}
