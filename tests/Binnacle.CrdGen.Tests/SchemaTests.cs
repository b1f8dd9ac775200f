using System.Text.Json.Nodes;

namespace Binnacle.CrdGen.Tests;

public sealed class SchemaTests
{
    public static TheoryData<string> KindNames => [.. Kinds.Names];

    [Trait("Guarantee", "G1")]
    [Trait("Guarantee", "G2")]
    [Theory]
    [MemberData(nameof(KindNames))]
    public void Every_node_is_structural(string kind)
    {
        foreach (var (path, node) in Nodes("", Kinds.Schema(kind)))
        {
            var typed = node.ContainsKey("type") || node["x-kubernetes-int-or-string"]?.GetValue<bool>() == true;
            typed.ShouldBeTrue($"{path} has no type");
            (node.ContainsKey("properties") && node.ContainsKey("additionalProperties")).ShouldBeFalse(path);
            node.ContainsKey("nullable").ShouldBeFalse(path);
            node.ContainsKey("$ref").ShouldBeFalse(path);
            if (node["type"]?.GetValue<string>() == "array")
            {
                node.ContainsKey("items").ShouldBeTrue(path);
                node.ContainsKey("x-kubernetes-list-type").ShouldBeTrue(path);
            }
            foreach (var required in node["required"]?.AsArray() ?? [])
            {
                node["properties"]!.AsObject().ContainsKey(required!.GetValue<string>()).ShouldBeTrue(path);
            }
        }
    }

    [Trait("Guarantee", "G6")]
    [Theory]
    [MemberData(nameof(KindNames))]
    public void Every_field_has_a_description(string kind)
    {
        foreach (var (path, node) in Nodes("", Kinds.Schema(kind)))
        {
            foreach (var (name, field) in node["properties"]?.AsObject() ?? [])
            {
                if (path.Length == 0 && name == "metadata")
                {
                    continue;
                }
                (field!["description"]?.GetValue<string>().Length ?? 0).ShouldBeGreaterThan(5, $"{path}.{name}");
            }
        }
    }

    [Trait("Guarantee", "G5")]
    [Theory]
    [MemberData(nameof(KindNames))]
    public void Every_printer_column_shows_a_field_of_its_type(string kind)
    {
        foreach (var column in Kinds.Version(kind)["additionalPrinterColumns"]!.AsArray())
        {
            var path = column!["jsonPath"]!.GetValue<string>();
            if (path == ".metadata.creationTimestamp")
            {
                continue;
            }
            JsonNode field = Kinds.Schema(kind);
            foreach (var step in path.TrimStart('.').Split('.', 3))
            {
                var name = step.Split('[')[0];
                if (name == "conditions")
                {
                    field = field["properties"]![name]!["items"]!["properties"]!["status"]!;
                    break;
                }
                field = field["properties"]?[name] ?? throw new InvalidOperationException($"{path} leads nowhere");
            }
            var expected =
                field["format"]?.GetValue<string>() == "date-time"
                    ? ["date", "string"]
                    : new[] { field["type"]!.GetValue<string>(), "string" };
            expected.ShouldContain(column["type"]!.GetValue<string>(), path);
        }
    }

    /// <summary>A spec that the server has filled in and one that was made in C# are the same.</summary>
    [Trait("Guarantee", "G3")]
    [Theory]
    [MemberData(nameof(KindNames))]
    public void Defaults_of_schema_and_types_agree(string kind)
    {
        var filled = new JsonObject();
        ApplyDefaults(Kinds.Schema(kind)["properties"]!["spec"]!.AsObject(), filled);

        var (fromServer, fromCode) = Kinds.Specs(kind, filled);
        var (fromEmpty, _) = Kinds.Specs(kind, new JsonObject());

        fromServer.ShouldBe(fromCode);
        fromEmpty.ShouldBe(fromCode);
    }

    [Trait("Guarantee", "G4")]
    [Theory]
    [InlineData("AlertRule", "arule", "alertrules")]
    [InlineData("Dashboard", "dash", "dashboards")]
    [InlineData("HealthProbe", "hprobe", "healthprobes")]
    [InlineData("MonitoringStack", "mstack", "monitoringstacks")]
    [InlineData("ScrapeTarget", "starget", "scrapetargets")]
    public void Names_are_those_of_the_contract(string kind, string shortName, string plural)
    {
        var names = Kinds.Crd(kind)["spec"]!["names"]!;
        names["shortNames"]![0]!.GetValue<string>().ShouldBe(shortName);
        names["plural"]!.GetValue<string>().ShouldBe(plural);
        names["categories"]![0]!.GetValue<string>().ShouldBe("binnacle");
        Kinds.Crd(kind)["metadata"]!["name"]!.GetValue<string>().ShouldBe(plural + ".binnacle.dev");
        Kinds.Version(kind)["subresources"]!["status"].ShouldNotBeNull();
    }

    [Fact]
    public void A_default_is_told_before_the_example()
    {
        var spec = Kinds.Schema("AlertRule")["properties"]!["spec"]!["properties"]!;
        spec["enabled"]!["description"]!.GetValue<string>().ShouldEndWith("Default: true.");
        spec["enabled"]!["default"]!.GetValue<bool>().ShouldBeTrue();
        spec["for"]!.AsObject().ContainsKey("default").ShouldBeFalse();
    }

    private static void ApplyDefaults(JsonObject schema, JsonObject value)
    {
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
        {
            if (!value.ContainsKey(name) && field!["default"] is { } fallback)
            {
                value[name] = fallback.DeepClone();
            }
            if (value[name] is JsonObject nested)
            {
                ApplyDefaults(field!.AsObject(), nested);
            }
        }
    }

    private static IEnumerable<(string Path, JsonObject Node)> Nodes(string path, JsonObject node)
    {
        yield return (path, node);
        foreach (var (name, field) in node["properties"]?.AsObject() ?? [])
        {
            foreach (var inner in Nodes($"{path}.{name}", field!.AsObject()))
            {
                yield return inner;
            }
        }
        foreach (var keyword in new[] { "items", "additionalProperties" })
        {
            if (node[keyword] is JsonObject values)
            {
                foreach (var inner in Nodes($"{path}[]", values))
                {
                    yield return inner;
                }
            }
        }
    }
}
