namespace LocalCluster.Cel;

/// <summary>A node of a parsed expression.</summary>
/// <param name="Position">Its offset in the source, for messages.</param>
internal abstract record CelExpression(int Position);

/// <summary>A literal.</summary>
internal sealed record CelLiteral(int Position, CelValue Value) : CelExpression(Position);

/// <summary>A variable.</summary>
internal sealed record CelIdentifier(int Position, string Name) : CelExpression(Position);

/// <summary>A field: <c>a.b</c>, <c>a.?b</c> (optional), <c>has(a.b)</c> (test).</summary>
internal sealed record CelSelect(int Position, CelExpression Operand, string Field, bool IsTest, bool IsOptional)
    : CelExpression(Position);

/// <summary>A function or operator call; the target is the first argument of a member call.</summary>
internal sealed record CelCall(int Position, string Function, bool IsMember, IReadOnlyList<CelExpression> Arguments)
    : CelExpression(Position)
{
    /// <summary>The overloads that the arguments' static types allow; set by the checker.</summary>
    public IReadOnlyList<CelOverload> Candidates { get; set; } = [];

    /// <summary>The regular expression of a <c>matches</c> that has it as a literal; set by the checker.</summary>
    public Schema.Re2Pattern? Pattern { get; set; }
}

/// <summary>A list literal.</summary>
internal sealed record CelListLiteral(int Position, IReadOnlyList<CelExpression> Items) : CelExpression(Position);

/// <summary>A map literal.</summary>
internal sealed record CelMapLiteral(int Position, IReadOnlyList<(CelExpression Key, CelExpression Value)> Entries)
    : CelExpression(Position);

/// <summary>The macros that run over a list or the keys of a map.</summary>
internal enum CelMacro
{
    /// <summary>Holds for all.</summary>
    All,

    /// <summary>Holds for one at least.</summary>
    Exists,

    /// <summary>Holds for one exactly.</summary>
    ExistsOne,

    /// <summary>Those that it holds for.</summary>
    Filter,

    /// <summary>What becomes of each.</summary>
    Map,

    /// <summary>optMap: what becomes of an optional's value.</summary>
    OptionalMap,

    /// <summary>optFlatMap: as optMap, the result being optional itself.</summary>
    OptionalFlatMap,
}

/// <summary>A macro over a range.</summary>
internal sealed record CelComprehension(
    int Position,
    CelMacro Macro,
    CelExpression Range,
    string Variable,
    CelExpression? Condition,
    CelExpression? Transform
) : CelExpression(Position);
