using Kubernetes.Models;

namespace Kubernetes.Runtime.Tests.Fakes;

internal static class Make
{
    public static ObjectKey Key(string name) => new("ns", name);

    public static ConfigMap ConfigMap(string name, string value = "v", string? uid = null, string? version = null) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Namespace = "ns",
                Name = name,
                Uid = uid,
                ResourceVersion = version,
            },
            Data = new Dictionary<string, string> { ["key"] = value },
        };
}
