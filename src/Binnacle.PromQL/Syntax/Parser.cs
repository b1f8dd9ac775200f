using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Syntax;

/// <summary>
/// Reads an expression by precedence climbing into a tree, after <c>promql/parser/generated_parser.y</c> of Prometheus.
/// What is wrong is reported and reading goes on where the meaning of the rest is safe to tell: behind the next comma or
/// closing bracket. In the place of what could not be read stands <see cref="Missing"/>.
/// </summary>
internal sealed partial class Parser
{
    private static readonly Expression[] NoExpressions = [];
    private static readonly string[] NoLabels = [];

    private readonly string _text;
    private readonly Dialect _dialect;
    private Lexer _lexer;
    private Token _current;
    private Token _following;
    private bool _hasFollowing;

    // How deep the parser is within brackets and signs, and how high the tree is that was read last.
    private int _nesting;
    private int _height;

    // Lists grow here and are copied out when their length is known.
    private readonly List<Expression> _expressions = [];

    private Parser(string text, PromQlOptions options)
    {
        _text = text;
        _dialect = new Dialect(options);
        _lexer = new Lexer(text, _dialect.Trims);
        _current = ReadToken();
    }

    public static ParseResult Parse(string text, PromQlOptions options)
    {
        var parser = new Parser(text, options);
        var root = parser.ParseAll();
        return new ParseResult(
            parser._stopped ? null : root,
            parser._faults ?? (IReadOnlyList<SyntaxError>)[],
            !parser._skipped && !parser._stopped
        );
    }

    private Token Following
    {
        get
        {
            if (!_hasFollowing)
            {
                _following = ReadToken();
                _hasFollowing = true;
            }

            return _following;
        }
    }

    private Expression? ParseAll()
    {
        if (_current.Kind is TokenKind.End)
        {
            Report("the expression is empty", "a PromQL expression");
            return null;
        }

        var root = ParseExpression(1);
        if (_current.Kind is not TokenKind.End)
        {
            UnexpectedBehindOperand("an operator or the end of the expression");
        }

        return root;
    }

    private Expression ParseExpression(int minimum)
    {
        var left = ParseUnary();
        var height = _height;
        while (true)
        {
            var operation = _current;
            var precedence = Operators.Precedence(operation);
            if (precedence == 0 && IsMisspeltOperator(ref operation))
            {
                precedence = Operators.Precedence(operation);
            }

            if (precedence == 0 || precedence < minimum)
            {
                _height = height;
                return left;
            }

            Advance();
            var matching = ParseMatching();
            var right = ParseRight(operation, precedence);
            left = new BinaryExpression(left.Span.To(right.Span), operation, left, right, matching);
            height = Math.Max(height, _height) + 1;
            if (height > PromQlOptions.MaxHeight)
            {
                Stop(operation, $"more than {PromQlOptions.MaxHeight} operators and brackets within each other");
            }
        }
    }

    private Expression ParseRight(Token operation, int precedence)
    {
        // Only what binds to the right nests without end: a ^ a ^ a.
        if (operation.Kind is not TokenKind.Power)
        {
            return ParseExpression(precedence + 1);
        }

        if (!Enter())
        {
            return Missing;
        }

        var right = ParseExpression(precedence);
        _nesting--;
        return right;
    }

    private Expression ParseUnary()
    {
        if (_current.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return ParsePostfix(ParsePrimary());
        }

        var sign = _current;
        if (!Enter())
        {
            return Missing;
        }

        Advance();
        var operand = ParseExpression(Operators.Power);
        _nesting--;
        return Signed(sign, operand);
    }

    private Expression Signed(Token sign, Expression operand)
    {
        var negative = sign.Kind is TokenKind.Subtract;
        var span = TextSpan.Of(sign).To(operand.Span);
        if (operand is NumberLiteral number)
        {
            return new NumberLiteral(span, negative ? -number.Value : number.Value, number.IsDuration);
        }

        _height++;
        return new UnaryExpression(span, negative, operand);
    }

    private Expression ParsePrimary()
    {
        _height = 1;
        var token = _current;
        switch (token.Kind)
        {
            case TokenKind.Duration when !_dialect.NumbersAsDurations:
                Unexpected("a number: a duration stands in brackets and behind offset before Prometheus 2.54");
                return Skip();
            case TokenKind.Number or TokenKind.Duration:
                return ParseNumber();
            case TokenKind.String:
                Advance();
                return new StringLiteral(TextSpan.Of(token), StringText.Unquote(token.In(_text)));
            case TokenKind.LeftParen:
                return ParseParenthesis();
            case TokenKind.LeftBrace:
                return ParseSelector(null);
            case TokenKind.Identifier when token.Keyword.IsAggregation() && StartsAggregation(Following):
                return ParseAggregation();
            case TokenKind.Identifier when token.Keyword.IsFunctionName() && Following.Kind is TokenKind.LeftParen:
                return ParseCall();
            case TokenKind.Identifier when IsMetricName(token):
            case TokenKind.MetricIdentifier:
                Advance();
                return ParseSelector(token);
            default:
                UnexpectedOperand();
                return Skip();
        }
    }

    private bool IsMetricName(Token token) =>
        token.Keyword.IsMetricName()
        && !(_dialect.ReservesAnchored && token.Keyword is Keyword.Anchored or Keyword.Smoothed);

    private static bool StartsAggregation(Token token) =>
        token is { Kind: TokenKind.LeftParen } or { Keyword: Keyword.By or Keyword.Without };

    private Expression ParseParenthesis()
    {
        var open = _current;
        if (!Enter())
        {
            return Missing;
        }

        Advance();
        var inner = ParseExpression(1);
        _nesting--;
        _height++;
        return new ParenExpression(TextSpan.Of(open).To(Close(open, TokenKind.RightParen)), inner);
    }

    private NumberLiteral ParseNumber()
    {
        var token = _current;
        Advance();
        _height = 1;
        var text = token.In(_text);
        double value;
        if (token.Kind is TokenKind.Duration)
        {
            if (!NumberText.TryDuration(text, out var milliseconds, out var fault))
            {
                AddFault(
                    token,
                    $"{fault}: \"{Token.Shorten(text)}\"",
                    "a duration such as 90s, 5m or 1h30m",
                    Misspellings.OfDuration(text)
                );
            }
            else if (milliseconds == 0 && !_dialect.ZeroDurations)
            {
                AddFault(token, "the duration must be greater than 0", "a duration such as 5m");
            }

            value = milliseconds / 1000.0;
        }
        else if (!NumberText.TryNumber(text, out value) || (!_dialect.NumbersAsDurations && text.Contains('_')))
        {
            AddFault(token, $"bad number \"{Token.Shorten(text)}\"", "a number that fits 64 bits");
        }

        return new NumberLiteral(TextSpan.Of(token), value, token.Kind is TokenKind.Duration);
    }

    private Call ParseCall()
    {
        var name = _current;
        var signature = Functions.Find(name.In(_text));
        CheckFunction(name, signature);
        Advance();
        var arguments = ParseArguments(out var close);
        var function = signature?.Name ?? name.In(_text).ToString();
        return new Call(TextSpan.Of(name).To(close), name, function, arguments) { Signature = signature };
    }

    private void CheckFunction(Token name, Function? signature)
    {
        var version = _dialect.Version;
        if (signature is null)
        {
            var text = Token.Shorten(name.In(_text));
            var meant = Suggestions.ForFunction(text, version);
            AddFault(name, $"unknown function \"{text}\"", "", meant);
        }
        else if (!signature.IsIn(version))
        {
            var since = signature.Since is { } first && version < first ? $"since Prometheus {first}" : null;
            AddFault(
                name,
                since is null
                    ? $"{signature.Name} is gone since Prometheus {signature.Until}"
                    : $"{signature.Name} exists only {since}",
                "",
                signature.Name is "holt_winters" ? "double_exponential_smoothing" : ""
            );
        }
        else if (!_dialect.ExperimentalFunctions && signature.NeedsFlag(version))
        {
            AddFault(
                name,
                $"{signature.Name} is experimental and not enabled",
                "--enable-feature=promql-experimental-functions"
            );
        }
    }

    private Expression[] ParseArguments(out TextSpan close)
    {
        var open = _current;
        if (open.Kind is not TokenKind.LeftParen)
        {
            Unexpected("\"(\"");
            Skip();
            close = new TextSpan(_current.Offset, _current.Offset);
            return NoExpressions;
        }

        if (!Enter())
        {
            close = TextSpan.Of(open);
            return NoExpressions;
        }

        Advance();
        var from = _expressions.Count;
        var height = 0;
        if (_current.Kind is not TokenKind.RightParen)
        {
            do
            {
                if (_current.Kind is TokenKind.RightParen)
                {
                    Unexpected("an argument behind the comma");
                    break;
                }

                _expressions.Add(ParseExpression(1));
                height = Math.Max(height, _height);
            } while (TakeIf(TokenKind.Comma));
        }

        _nesting--;
        _height = height + 1;
        close = Close(open, TokenKind.RightParen);
        if (_expressions.Count == from)
        {
            return NoExpressions;
        }

        var arguments = new Expression[_expressions.Count - from];
        _expressions.CopyTo(from, arguments, 0, arguments.Length);
        _expressions.RemoveRange(from, arguments.Length);
        return arguments;
    }

    private Token ReadToken()
    {
        // Whoever goes on after the last fault stays at the end of the text.
        if (_stopped)
        {
            return EndOfText;
        }

        Token token;
        do
        {
            token = _lexer.Next();
        } while (token.Kind is TokenKind.Comment);

        return token;
    }

    private void Advance()
    {
        if (_hasFollowing)
        {
            _current = _following;
            _hasFollowing = false;
        }
        else
        {
            _current = ReadToken();
        }
    }

    private bool TakeIf(TokenKind kind)
    {
        if (_current.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool TakeIf(Keyword keyword)
    {
        if (_current.Keyword != keyword)
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary>Goes one level deeper, if that is not too deep. Whoever enters decrements <see cref="_nesting"/> again.</summary>
    private bool Enter()
    {
        if (_nesting < PromQlOptions.MaxNesting)
        {
            _nesting++;
            return true;
        }

        Stop(_current, $"the expression is nested too deeply: more than {PromQlOptions.MaxNesting} levels");
        return false;
    }
}
