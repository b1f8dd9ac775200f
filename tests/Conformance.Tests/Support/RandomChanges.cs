using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>One change of an object: how it is sent, and what.</summary>
/// <param name="Type">The media type, without <c>application/</c>.</param>
/// <param name="Query">Of the URL, with its question mark, or empty.</param>
/// <param name="Body">The patch.</param>
public sealed record RandomChange(string Type, string Query, string Body)
{
    public override string ToString() => $"{Type} {Query} {Body}";
}

/// <summary>Patches and applies out of a seed: the same seed gives the same ones, good and bad.</summary>
public abstract class RandomChanges(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Paths of JSON patches, for kinds that take them.</summary>
    protected virtual IReadOnlyList<string> Paths => [];

    /// <summary>The types that the kind takes.</summary>
    protected abstract IReadOnlyList<string> Types { get; }

    /// <summary>An object, or a part of one, with values and nulls here and there; an intent has no nulls.</summary>
    protected abstract JsonObject Part(bool isIntent);

    public RandomChange Next()
    {
        var type = One(Types);
        return type switch
        {
            "json-patch+json" => new(type, "", Operations().ToJsonString()),
            "apply-patch+yaml" => new(
                type,
                $"?fieldManager={One("one", "two")}{One("", "&force=true")}",
                Part(isIntent: true).ToJsonString()
            ),
            _ => new(type, "", Part(isIntent: false).ToJsonString()),
        };
    }

    protected T One<T>(params IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>True so many times of a hundred.</summary>
    protected bool Sometimes(int percent) => random.Next(100) < percent;

    /// <summary>Puts a field in, sometimes.</summary>
    protected void Maybe(JsonObject into, string name, int percent, Func<JsonNode?> value)
    {
        if (Sometimes(percent))
        {
            into[name] = value();
        }
    }

    /// <summary>Some of the names, in some order.</summary>
    protected List<string> Some(params IReadOnlyList<string> names)
    {
        var left = names.Where(_ => Sometimes(60)).ToArray();
        random.Shuffle(left);
        return [.. left];
    }

    /// <summary>A map of texts; a patch takes some away.</summary>
    protected JsonObject Texts(bool isIntent) =>
        new(
            Some("a", "b", "c")
                .Select(name =>
                    KeyValuePair.Create(
                        name,
                        !isIntent && Sometimes(25) ? null : (JsonNode?)JsonValue.Create(One("x", "y", ""))
                    )
                )
        );

    /// <summary>A value for a place of a JSON patch; no null, over which real servers stumble.</summary>
    private JsonNode? Value() =>
        One<Func<JsonNode?>>(
            () => JsonValue.Create(One(0, 1, 7, 99, 100)),
            () => JsonValue.Create(One("Red", "Blue", "x", "")),
            () => new JsonObject(),
            () => new JsonArray(),
            () => new JsonObject { ["name"] = One("p", "q", "r") },
            () => Texts(isIntent: true)
        )();

    private JsonArray Operations()
    {
        var operations = new JsonArray();
        for (var count = One(1, 1, 2, 3); count > 0; count--)
        {
            var operation = new JsonObject
            {
                ["op"] = One("add", "add", "replace", "remove", "test", "move", "copy"),
                ["path"] = One(Paths),
            };
            Maybe(operation, "value", 90, Value);
            Maybe(operation, "from", 70, () => One(Paths));
            operations.Add(operation);
        }

        return operations;
    }
}

/// <summary>Changes of a <see cref="WidgetKind"/>.</summary>
public sealed class WidgetChanges(int seed, WidgetKind kind, string name) : RandomChanges(seed)
{
    protected override IReadOnlyList<string> Types =>
        ["json-patch+json", "merge-patch+json", "apply-patch+yaml", "apply-patch+yaml"];

    protected override IReadOnlyList<string> Paths =>
        [
            "/spec/size",
            "/spec/color",
            "/spec/parts",
            "/spec/parts/0",
            "/spec/parts/-",
            "/spec/parts/1/weight",
            "/spec/nothing",
            "/metadata/labels",
            "/metadata/labels/a",
            "/metadata/annotations/b",
            "/metadata/finalizers",
            "/status",
        ];

    protected override JsonObject Part(bool isIntent)
    {
        var (part, metadata, spec) = (new JsonObject(), new JsonObject(), new JsonObject());
        if (isIntent)
        {
            part["apiVersion"] = kind.ApiVersion;
            part["kind"] = "Widget";
            metadata["name"] = name;
        }

        Maybe(metadata, "labels", 40, () => Texts(isIntent));
        Maybe(metadata, "annotations", 30, () => !isIntent && Sometimes(20) ? null : Texts(isIntent));
        Maybe(spec, "size", isIntent ? 90 : 40, () => JsonValue.Create(One(1, 5, 5, 99, 100, 0)));
        Maybe(spec, "color", 30, () => One<string?>("Red", "Red", "Blue", "Green"));
        Maybe(spec, "replicas", 40, () => !isIntent && Sometimes(20) ? null : JsonValue.Create(One(0, 1, 2)));
        Maybe(spec, "parts", 60, () => !isIntent && Sometimes(15) ? null : Parts());
        Maybe(spec, "unknown", 5, () => "x");
        part["metadata"] = metadata;
        part["spec"] = spec;
        Maybe(part, "status", 5, () => new JsonObject { ["replicas"] = One(1, 2) });
        return part;
    }

    private JsonArray Parts()
    {
        var parts = new JsonArray();
        foreach (var item in Some("p", "q", "r", "s"))
        {
            var entry = new JsonObject { ["name"] = item };
            Maybe(entry, "weight", 50, () => JsonValue.Create(One(1, 2, 3)));
            parts.Add(entry);
        }

        if (parts.Count > 0 && Sometimes(8))
        {
            // The same again, which such a list cannot have.
            parts.Add(parts[0]!.DeepClone());
        }

        return parts;
    }
}

/// <summary>
/// Changes of a Deployment. Not what servers of different ages do differently: applies (which order items take), JSON
/// patches, and nulls and directives deep in what a strategic patch adds.
/// </summary>
public sealed class DeploymentChanges(int seed) : RandomChanges(seed)
{
    protected override IReadOnlyList<string> Types =>
        ["merge-patch+json", "strategic-merge-patch+json", "strategic-merge-patch+json"];

    protected override JsonObject Part(bool isIntent)
    {
        var (metadata, spec, pod) = (new JsonObject(), new JsonObject(), new JsonObject());
        Maybe(metadata, "labels", 40, Labels);
        Maybe(spec, "minReadySeconds", 30, () => JsonValue.Create(One(1, 2)));
        Maybe(spec, "strategy", 25, Strategy);
        Maybe(pod, "nodeSelector", 25, Labels);
        Maybe(pod, "tolerations", 15, () => new JsonArray(new JsonObject { ["key"] = One("t", "u") }));
        if (Sometimes(70))
        {
            pod["containers"] = Containers();
        }

        spec["template"] = new JsonObject { ["spec"] = pod };
        return new() { ["metadata"] = metadata, ["spec"] = spec };
    }

    private JsonObject Labels() => new() { [One("a", "b", "c")] = One("x", "y"), ["d"] = One("x", "") };

    private JsonObject Strategy() =>
        One<Func<JsonObject>>(
            () => new() { ["type"] = "Recreate", ["rollingUpdate"] = null },
            () => new() { ["type"] = "RollingUpdate" },
            () =>
                new()
                {
                    ["type"] = "RollingUpdate",
                    ["rollingUpdate"] = new JsonObject { ["maxSurge"] = One(1, 2) },
                }
        )();

    private JsonArray Containers()
    {
        var containers = new JsonArray();
        foreach (var item in Some("main", "side", "more").DefaultIfEmpty("side"))
        {
            var container = new JsonObject { ["name"] = item };
            Maybe(container, "image", 70, () => One("app:1", "app:2"));
            Maybe(container, "env", 50, () => Variables());
            Maybe(container, "args", 25, () => new JsonArray(One("a", "b"), One("c", "d")));
            Maybe(container, "$patch", 8, () => One("delete", "replace"));
            containers.Add(container);
        }

        if (Sometimes(8))
        {
            containers.Add(new JsonObject { ["$patch"] = "replace" });
        }

        return containers;
    }

    private JsonArray Variables()
    {
        var variables = new JsonArray();
        foreach (var item in Some("A", "B", "C").DefaultIfEmpty("A"))
        {
            var variable = new JsonObject { ["name"] = item };
            Maybe(variable, "value", 70, () => One("1", "2"));
            variables.Add(variable);
        }

        return variables;
    }
}
