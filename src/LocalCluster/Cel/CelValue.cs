using System.Globalization;
using LocalCluster.Patching;

namespace LocalCluster.Cel;

/// <summary>A value of an expression.</summary>
internal abstract record CelValue
{
    /// <summary>The kind of the value.</summary>
    public abstract CelKind Kind { get; }

    /// <summary>CEL's equality: numbers compare across types, other kinds never equal each other.</summary>
    public virtual bool Same(CelValue other) => Equals(other);

    /// <summary>A boolean as a value.</summary>
    public static CelValue Of(bool value) => value ? CelBool.True : CelBool.False;

    /// <summary>An integer as a value.</summary>
    public static CelValue Of(long value) => new CelInt(value);

    /// <summary>A text as a value.</summary>
    public static CelValue Of(string value) => new CelString(value);
}

/// <summary>An error; it takes the place of the value of whatever uses it, unless a logical operator can do without.</summary>
internal sealed record CelError(string Message) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Dyn;

    /// <summary>Arguments of kinds that no overload takes.</summary>
    public static CelError NoOverload { get; } = new("no such overload");

    /// <summary>A missing key or field.</summary>
    public static CelError NoKey(string key) => new($"no such key: {key}");
}

/// <summary>null.</summary>
internal sealed record CelNull : CelValue
{
    /// <summary>The one null.</summary>
    public static CelNull Value { get; } = new();

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Null;
}

/// <summary>A boolean.</summary>
internal sealed record CelBool(bool Value) : CelValue
{
    /// <summary>true.</summary>
    public static CelBool True { get; } = new(true);

    /// <summary>false.</summary>
    public static CelBool False { get; } = new(false);

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Bool;
}

/// <summary>A number of any kind.</summary>
internal abstract record CelNumber : CelValue
{
    /// <inheritdoc/>
    public override bool Same(CelValue other) => other is CelNumber number && Compare(this, number) == 0;

    /// <summary>Compares numbers of any kinds by value; null when one is NaN.</summary>
    public static int? Compare(CelNumber left, CelNumber right) =>
        (left, right) switch
        {
            (CelInt a, CelInt b) => a.Value.CompareTo(b.Value),
            (CelUint a, CelUint b) => a.Value.CompareTo(b.Value),
            (CelInt a, CelUint b) => a.Value < 0 ? -1 : ((ulong)a.Value).CompareTo(b.Value),
            (CelUint a, CelInt b) => b.Value < 0 ? 1 : a.Value.CompareTo((ulong)b.Value),
            _ => CompareDoubles(left.AsDouble, right.AsDouble),
        };

    /// <summary>The number as a double.</summary>
    public abstract double AsDouble { get; }

    private static int? CompareDoubles(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);
}

/// <summary>An integer.</summary>
internal sealed record CelInt(long Value) : CelNumber
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Int;

    /// <inheritdoc/>
    public override double AsDouble => Value;
}

/// <summary>An unsigned integer.</summary>
internal sealed record CelUint(ulong Value) : CelNumber
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Uint;

    /// <inheritdoc/>
    public override double AsDouble => Value;
}

/// <summary>A floating-point number.</summary>
internal sealed record CelDouble(double Value) : CelNumber
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Double;

    /// <inheritdoc/>
    public override double AsDouble => Value;
}

/// <summary>A text.</summary>
internal sealed record CelString(string Value) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.String;
}

/// <summary>Octets.</summary>
internal sealed record CelBytes(ReadOnlyMemory<byte> Value) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Bytes;

    /// <inheritdoc/>
    public override bool Same(CelValue other) => other is CelBytes bytes && Value.Span.SequenceEqual(bytes.Value.Span);
}

/// <summary>A span of time, to the nanosecond.</summary>
internal sealed record CelDuration(Int128 Nanoseconds) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Duration;

    /// <inheritdoc/>
    public override string ToString()
    {
        var seconds = Nanoseconds / 1_000_000_000;
        var rest = (long)(Nanoseconds % 1_000_000_000);
        return rest == 0
            ? $"{seconds}s"
            : $"{(Nanoseconds < 0 && seconds == 0 ? "-" : "")}{seconds}.{Math.Abs(rest).ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0')}s";
    }
}

/// <summary>A point in time.</summary>
internal sealed record CelTimestamp(DateTimeOffset Value) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Timestamp;
}

/// <summary>A type as a value.</summary>
internal sealed record CelTypeValue(string Name) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Type;
}

/// <summary>A value or none.</summary>
internal sealed record CelOptional(CelValue? Value) : CelValue
{
    /// <summary>None.</summary>
    public static CelOptional None { get; } = new((CelValue?)null);

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Optional;

    /// <inheritdoc/>
    public override bool Same(CelValue other) =>
        other is CelOptional optional
        && (Value is null ? optional.Value is null : optional.Value is { } theirs && Value.Same(theirs));
}

/// <summary>A parsed URL.</summary>
internal sealed record CelUrl(Uri Value, string Source) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Url;
}

/// <summary>A quantity; the amount is exact.</summary>
internal sealed record CelQuantity(decimal Value) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Quantity;
}

/// <summary>How a list came by its items decides what equality and addition mean.</summary>
internal enum CelListKind
{
    /// <summary>Items in order.</summary>
    Plain,

    /// <summary>x-kubernetes-list-type: set: order does not matter, addition is union.</summary>
    Set,

    /// <summary>x-kubernetes-list-type: map: addition replaces items with the same keys.</summary>
    Map,
}

/// <summary>A list.</summary>
internal sealed record CelList(
    IReadOnlyList<CelValue> Items,
    CelListKind ListKind = CelListKind.Plain,
    IReadOnlyList<string>? Keys = null
) : CelValue
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.List;

    /// <inheritdoc/>
    public override bool Same(CelValue other)
    {
        if (other is not CelList list || list.Items.Count != Items.Count)
        {
            return false;
        }
        return ListKind == CelListKind.Plain
            ? Items.Zip(list.Items).All(p => p.First.Same(p.Second))
            : Items.All(item => list.Items.Any(item.Same)) && list.Items.All(item => Items.Any(item.Same));
    }

    /// <summary>The list with another one's items added, by this list's kind.</summary>
    public CelList Add(CelList other)
    {
        var items = new List<CelValue>(Items);
        foreach (var item in other.Items)
        {
            var at = ListKind switch
            {
                CelListKind.Set => items.FindIndex(item.Same),
                CelListKind.Map => items.FindIndex(i => SameKeys(i, item)),
                _ => -1,
            };
            if (at < 0)
            {
                items.Add(item);
            }
            else
            {
                items[at] = item;
            }
        }
        return this with { Items = items };
    }

    private bool SameKeys(CelValue left, CelValue right) =>
        (Keys ?? []).All(key =>
            left is CelFields a
            && right is CelFields b
            && (a.Get(key), b.Get(key)) is var (x, y)
            && (x is null ? y is null : y is not null && x.Same(y))
        );
}

/// <summary>Something with named members.</summary>
internal abstract record CelFields : CelValue
{
    /// <summary>The member of a name; null when there is none.</summary>
    public abstract CelValue? Get(string name);
}

/// <summary>A map.</summary>
internal sealed record CelMap(IReadOnlyList<KeyValuePair<CelValue, CelValue>> Entries) : CelFields
{
    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Map;

    /// <inheritdoc/>
    public override CelValue? Get(string name) => Find(new CelString(name));

    /// <summary>The value of a key; null when there is none.</summary>
    public CelValue? Find(CelValue key)
    {
        foreach (var (candidate, value) in Entries)
        {
            if (candidate.Same(key))
            {
                return value;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public override bool Same(CelValue other) =>
        other is CelMap map
        && map.Entries.Count == Entries.Count
        && Entries.All(entry => map.Find(entry.Key) is { } theirs && entry.Value.Same(theirs));
}

/// <summary>Shows values in messages.</summary>
internal static class CelText
{
    /// <summary>A double as string() prints it.</summary>
    public static string Of(double value) => GoFormat.Float(value);
}
