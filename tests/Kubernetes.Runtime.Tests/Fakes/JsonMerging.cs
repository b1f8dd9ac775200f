using System.Text.Json.Nodes;

namespace Kubernetes.Runtime.Tests.Fakes;

/// <summary>How the fake server brings a write into what it has: simpler than a real one, lists are replaced whole.</summary>
internal static class JsonMerging
{
    public static void RemoveLapsed(JsonObject live, JsonObject? before, JsonObject now)
    {
        foreach (var (name, value) in before ?? [])
        {
            if (!now.TryGetPropertyValue(name, out var wanted))
            {
                live.Remove(name);
            }
            else if (value is JsonObject inner && wanted is JsonObject innerNow && live[name] is JsonObject innerLive)
            {
                RemoveLapsed(innerLive, inner, innerNow);
            }
        }
    }

    public static void Merge(JsonObject live, JsonObject intent)
    {
        foreach (var (name, value) in intent)
        {
            if (value is JsonObject inner && live[name] is JsonObject innerLive)
            {
                Merge(innerLive, inner);
            }
            else
            {
                live[name] = value?.DeepClone();
            }
        }
    }

    public static void MergePatch(JsonObject live, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    live.Remove(name);
                    break;
                case JsonObject inner:
                    if (live[name] is not JsonObject innerLive)
                    {
                        innerLive = [];
                        live[name] = innerLive;
                    }

                    MergePatch(innerLive, inner);
                    break;
                default:
                    live[name] = value.DeepClone();
                    break;
            }
        }
    }
}
