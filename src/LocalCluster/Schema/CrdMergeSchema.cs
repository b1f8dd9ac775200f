using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>How custom resources merge, from their schema.</summary>
internal static class CrdMergeSchema
{
    /// <summary>The merge shape of a kind; a kind without a schema is deduced but for its metadata.</summary>
    public static MergeSchema Of(StructuralSchema? schema)
    {
        var root =
            schema is null ? new StructSchema { Rest = MergeSchema.Deduced }
            : Convert(schema, preserve: false) is StructSchema map ? map
            : new StructSchema { Rest = MergeSchema.Deduced };
        BuiltInMergeSchemas.Table.AddCommonFields(root);
        return root;
    }

    private static MergeSchema Convert(StructuralSchema schema, bool preserve)
    {
        preserve |= schema.PreserveUnknownFields;
        if (schema.IntOrString)
        {
            return MergeSchema.Scalar;
        }
        return schema.Type switch
        {
            "object" => Map(schema, preserve),
            "array" => List(schema, preserve),
            "integer" or "number" => new ScalarSchema(ScalarType.Numeric),
            "boolean" => new ScalarSchema(ScalarType.Boolean),
            "string" => new ScalarSchema(schema.Checks.Format is "" or "byte" ? ScalarType.String : ScalarType.Any),
            _ => new AnySchema(List(schema, preserve), Map(schema, preserve)),
        };
    }

    private static StructSchema Map(StructuralSchema schema, bool preserve)
    {
        var map = new StructSchema
        {
            IsAtomic = schema.MapType == "atomic",
            Rest =
                schema.AdditionalProperties is { } values ? Convert(values, preserve)
                : schema.AllowsNoProperty ? null
                : schema.AllowsAnyProperty || preserve || schema.Properties.Count == 0 ? MergeSchema.Deduced
                : null,
        };
        foreach (var (name, property) in schema.Properties)
        {
            map.Fields[name] = new MergeField(Convert(property, preserve), property.Default);
        }
        return map;
    }

    private static ListSchema List(StructuralSchema schema, bool preserve)
    {
        var relation = schema.ListType switch
        {
            "set" => ListRelation.Set,
            "map" => ListRelation.Map,
            _ => ListRelation.Atomic,
        };
        return new ListSchema(
            relation,
            schema.ListMapKeys,
            schema.Items is { } items ? Convert(items, preserve) : MergeSchema.Atomic
        );
    }
}
