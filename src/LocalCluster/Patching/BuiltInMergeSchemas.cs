using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>The merge shapes of the kinds every cluster has.</summary>
internal sealed class BuiltInMergeSchemas
{
    private readonly Dictionary<(string Group, string Version, string Kind), StructSchema> kinds = [];
    private readonly Dictionary<string, StructSchema> types = new(StringComparer.Ordinal);

    private BuiltInMergeSchemas(TextReader table)
    {
        var fields = new List<(StructSchema Type, string Column)>();
        var roots = new List<string[]>();
        while (table.ReadLine() is { } line)
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0 || columns[0].StartsWith('#'))
            {
                continue;
            }
            if (columns[0] == "kind")
            {
                roots.Add(columns);
                continue;
            }
            var type = new StructSchema { IsAtomic = columns[1].EndsWith('!') };
            types.Add(columns[1].TrimEnd('!'), type);
            fields.AddRange(columns.Skip(2).Select(column => (type, column)));
        }
        foreach (var (type, column) in fields)
        {
            AddField(type, column);
        }
        foreach (var root in roots)
        {
            var slash = root[1].IndexOf('/', StringComparison.Ordinal);
            var group = slash < 0 ? "" : root[1][..slash];
            kinds.Add((group, root[1][(slash + 1)..], root[2]), types[root[3]]);
        }
        Unknown = new StructSchema { Rest = MergeSchema.Deduced };
        AddCommonFields(Unknown);
    }

    /// <summary>The table, read once.</summary>
    public static BuiltInMergeSchemas Table { get; } = Load();

    /// <summary>The shape of object metadata.</summary>
    public StructSchema ObjectMeta => types["meta.v1.ObjectMeta"];

    private StructSchema Unknown { get; }

    /// <summary>The shape of a built-in kind; a kind that is not known has typed metadata and is deduced otherwise.</summary>
    public static MergeSchema For(string group, string version, string kind) =>
        Table.kinds.TryGetValue((group, version, kind), out var schema) ? schema : Table.Unknown;

    /// <summary>Declares apiVersion, kind and metadata on the root of an object.</summary>
    public void AddCommonFields(StructSchema root)
    {
        root.Fields["apiVersion"] = new MergeField(new ScalarSchema(ScalarType.String));
        root.Fields["kind"] = new MergeField(new ScalarSchema(ScalarType.String));
        root.Fields["metadata"] = new MergeField(ObjectMeta);
    }

    private static BuiltInMergeSchemas Load()
    {
        using var stream =
            typeof(BuiltInMergeSchemas).Assembly.GetManifestResourceStream("builtin-merge-types.txt")
            ?? throw new InvalidOperationException(
                "The resource builtin-merge-types.txt is missing from the assembly."
            );
        using var reader = new StreamReader(stream);
        return new BuiltInMergeSchemas(reader);
    }

    private void AddField(StructSchema type, string column)
    {
        var colon = column.IndexOf(':', StringComparison.Ordinal);
        var (name, shape) = (column[..colon], column[(colon + 1)..]);
        switch (name)
        {
            case "_":
                foreach (var scalar in shape.Split(','))
                {
                    type.Fields[scalar] = new MergeField(MergeSchema.Scalar);
                }
                break;
            case "...":
                type.Rest = Shape(shape);
                break;
            default:
                var equals = shape.IndexOf('=', StringComparison.Ordinal);
                type.Fields[name] =
                    equals < 0
                        ? new MergeField(Shape(shape))
                        : new MergeField(Shape(shape[..equals]), JsonNode.Parse(shape[(equals + 1)..]));
                break;
        }
    }

    private MergeSchema Shape(string text)
    {
        switch (text)
        {
            case "_":
                return MergeSchema.Scalar;
            case "?":
                return MergeSchema.Deduced;
            case "*":
                return MergeSchema.Atomic;
        }
        if (text[0] == '{')
        {
            var end = text.LastIndexOf('}');
            return new StructSchema { Rest = Shape(text[1..end]), IsAtomic = text.EndsWith('!') };
        }
        if (text[0] == '[')
        {
            var end = text.LastIndexOf(']');
            var rest = text[(end + 1)..];
            var tilde = rest.IndexOf('~', StringComparison.Ordinal);
            var strategic = tilde < 0 ? null : rest[(tilde + 1)..];
            var keys = tilde < 0 ? rest : rest[..tilde];
            var relation = keys switch
            {
                "" => ListRelation.Atomic,
                "/" => ListRelation.Set,
                _ => ListRelation.Map,
            };
            return new ListSchema(
                relation,
                relation == ListRelation.Map ? keys[1..].Split(',') : [],
                Shape(text[1..end])
            )
            {
                StrategicKey = string.IsNullOrEmpty(strategic) ? null : strategic,
                StrategicSet = strategic is "",
            };
        }
        return text.EndsWith('!') && !types[text.TrimEnd('!')].IsAtomic
            ? types[text.TrimEnd('!')].AsAtomic()
            : types[text.TrimEnd('!')];
    }
}
