using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Cel;

/// <summary>Makes CEL values of JSON that has no schema.</summary>
internal static class CelJson
{
    /// <summary>The value of a JSON node: objects are maps, whole numbers integers.</summary>
    public static CelValue ValueOf(JsonNode? node) =>
        node switch
        {
            null => CelNull.Value,
            JsonObject map => new CelMap([
                .. map.Select(field => new KeyValuePair<CelValue, CelValue>(
                    CelValue.Of(field.Key),
                    ValueOf(field.Value)
                )),
            ]),
            JsonArray list => new CelList([.. list.Select(ValueOf)]),
            _ when JsonValues.AsString(node) is { } text => CelValue.Of(text),
            _ when JsonValues.AsBoolean(node) is { } flag => CelValue.Of(flag),
            _ when JsonValues.TryInteger(node, out var integer) => CelValue.Of(integer),
            _ when JsonValues.TryNumber(node, out var number) => new CelDouble(number),
            _ => new CelError("no such value"),
        };
}
