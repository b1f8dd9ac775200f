namespace LocalCluster.Cel;

/// <summary>Parses the Common Expression Language (<see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md"/>).</summary>
internal sealed class CelParser
{
    private const int MaxDepth = 100;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    };

    private readonly IReadOnlyList<CelToken> tokens;
    private int at;
    private int depth;

    private CelParser(string source) => tokens = CelLexer.Tokenize(source);

    /// <summary>Parses a whole expression.</summary>
    /// <exception cref="CelSyntaxException">It is not one.</exception>
    public static CelExpression Parse(string source)
    {
        var parser = new CelParser(source);
        var expression = parser.Expression();
        return parser.Current.Kind == CelTokenKind.End ? expression : throw parser.Unexpected("<EOF>");
    }

    private CelToken Current => tokens[at];

    private bool Is(string text) =>
        Current.Kind is CelTokenKind.Symbol or CelTokenKind.Identifier && Current.Text == text;

    private bool Take(string text)
    {
        if (!Is(text))
        {
            return false;
        }
        at++;
        return true;
    }

    private CelToken Expect(string text)
    {
        var token = Current;
        return Take(text) ? token : throw Unexpected($"'{text}'");
    }

    private CelSyntaxException Unexpected(string expected) =>
        new($"Syntax error: mismatched input '{Current.Text}' expecting {expected}", Current.Position);

    private CelExpression Expression()
    {
        if (++depth > MaxDepth)
        {
            throw new CelSyntaxException($"expression recursion limit exceeded: {MaxDepth}", Current.Position);
        }
        var condition = Binary(0);
        if (Is("?"))
        {
            var position = Current.Position;
            at++;
            var then = Binary(0);
            Expect(":");
            condition = new CelCall(position, "_?_:_", IsMember: false, [condition, then, Expression()]);
        }
        depth--;
        return condition;
    }

    private CelExpression Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }
        var left = Binary(level + 1);
        while (Levels[level].FirstOrDefault(Is) is { } symbol)
        {
            var position = Current.Position;
            at++;
            var right = Binary(level + 1);
            left = new CelCall(position, symbol == "in" ? "@in" : $"_{symbol}_", IsMember: false, [left, right]);
        }
        return left;
    }

    private static string[][] Levels { get; } =
    [
        ["||"],
        ["&&"],
        ["<", "<=", ">=", ">", "==", "!=", "in"],
        ["+", "-"],
        ["*", "/", "%"],
    ];

    private CelExpression Unary()
    {
        var position = Current.Position;
        if (Is("!") || Is("-"))
        {
            var symbol = Current.Text;
            var count = 0;
            while (Take(symbol))
            {
                count++;
            }
            if (
                symbol == "-"
                && count % 2 == 1
                && Current is { Kind: CelTokenKind.Literal } literal
                && Negative(literal) is { } negative
            )
            {
                at++;
                return Members(new CelLiteral(position, negative));
            }
            var operand = Members(Primary());
            return count % 2 == 0
                ? operand
                : new CelCall(position, symbol == "!" ? "!_" : "-_", IsMember: false, [operand]);
        }
        return Members(Primary());
    }

    private static CelValue? Negative(CelToken literal) =>
        literal.Value switch
        {
            CelInt integer => new CelInt(-integer.Value),
            CelDouble number => new CelDouble(-number.Value),
            CelError when literal.Text == "9223372036854775808" => new CelInt(long.MinValue),
            _ => null,
        };

    private CelExpression Members(CelExpression operand)
    {
        while (true)
        {
            var position = Current.Position;
            if (Take("."))
            {
                var optional = Take("?");
                if (Current.Kind != CelTokenKind.Identifier)
                {
                    throw Unexpected("IDENTIFIER");
                }
                var name = Current.Text;
                at++;
                if (optional || !Is("("))
                {
                    operand = new CelSelect(position, operand, name, IsTest: false, optional);
                    continue;
                }
                var open = Expect("(").Position;
                operand = CelMacros.Expand(open, operand, name, List(")"));
            }
            else if (Take("["))
            {
                var function = Take("?") ? "_[?_]" : "_[_]";
                var index = Expression();
                Expect("]");
                operand = new CelCall(position, function, IsMember: false, [operand, index]);
            }
            else
            {
                return operand;
            }
        }
    }

    private CelExpression Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Literal:
                at++;
                return token.Value is CelError error
                    ? throw new CelSyntaxException(error.Message, token.Position)
                    : new CelLiteral(token.Position, token.Value!);
            case CelTokenKind.Identifier:
                at++;
                return Identifier(token);
        }
        if (Take("("))
        {
            var inner = Expression();
            Expect(")");
            return inner;
        }
        if (Take("["))
        {
            return new CelListLiteral(token.Position, List("]"));
        }
        if (Take("{"))
        {
            return Map(token.Position);
        }
        if (Take("."))
        {
            return Primary();
        }
        throw Unexpected(
            "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
        );
    }

    private CelExpression Identifier(CelToken token)
    {
        switch (token.Text)
        {
            case "true":
                return new CelLiteral(token.Position, CelBool.True);
            case "false":
                return new CelLiteral(token.Position, CelBool.False);
            case "null":
                return new CelLiteral(token.Position, CelNull.Value);
            case "in":
                at--;
                throw Unexpected("an expression");
        }
        if (Is("("))
        {
            var open = Expect("(").Position;
            return CelMacros.Expand(open, target: null, token.Text, List(")"));
        }
        return Reserved.Contains(token.Text)
            ? throw new CelSyntaxException($"reserved identifier: {token.Text}", token.Position)
            : new CelIdentifier(token.Position, token.Text);
    }

    private List<CelExpression> List(string end)
    {
        var items = new List<CelExpression>();
        while (!Take(end))
        {
            if (items.Count > 0)
            {
                Expect(",");
                if (end != ")" && Take(end))
                {
                    break;
                }
            }
            if (Is("?"))
            {
                throw new CelSyntaxException("optional elements of literals are not supported", Current.Position);
            }
            items.Add(Expression());
        }
        return items;
    }

    private CelMapLiteral Map(int position)
    {
        var entries = new List<(CelExpression, CelExpression)>();
        while (!Take("}"))
        {
            if (entries.Count > 0)
            {
                Expect(",");
                if (Take("}"))
                {
                    break;
                }
            }
            if (Is("?"))
            {
                throw new CelSyntaxException("optional elements of literals are not supported", Current.Position);
            }
            var key = Expression();
            Expect(":");
            entries.Add((key, Expression()));
        }
        return new CelMapLiteral(position, entries);
    }
}
