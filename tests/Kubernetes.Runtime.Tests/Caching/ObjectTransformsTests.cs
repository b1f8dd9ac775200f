using System.Text;
using System.Text.Json;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Kubernetes.Runtime.Tests.Caching;

[Trait("Guarantee", "W21")]
public sealed class ObjectTransformsTests
{
    private const string Json = """
        {
          "apiVersion": "v1", "kind": "ConfigMap",
          "metadata": {
            "namespace": "ns", "name": "a", "uid": "1", "resourceVersion": "2",
            "labels": {"app": "web", "tier": "front"},
            "annotations": {
              "note": "a long text of its own",
              "kubectl.kubernetes.io/last-applied-configuration": "{\"a\":1}"
            },
            "ownerReferences": [{"apiVersion": "v1", "kind": "Stack", "name": "s", "uid": "9", "controller": true}],
            "finalizers": ["example.org/hold"],
            "managedFields": [{"manager": "me", "fieldsV1": {"f:data": {}}}],
            "selfLink": "/x"
          },
          "data": {"key": "v"}
        }
        """;

    [Fact]
    public void Managed_fields_and_kubectls_annotation_go_and_all_else_stays()
    {
        var kept = ObjectTransforms.Share(ObjectTransforms.Slim(Read()), new StringPool());

        var expected = Read();
        expected = expected with
        {
            Metadata = expected.Metadata with
            {
                Annotations = new Dictionary<string, string> { ["note"] = "a long text of its own" },
                ExtensionFields = new Dictionary<string, JsonElement> { ["selfLink"] = JsonElement.Parse("\"/x\"") },
            },
        };
        Encoding.UTF8.GetString(kept.ToUtf8Json()).ShouldBe(Encoding.UTF8.GetString(expected.ToUtf8Json()));
    }

    [Fact]
    public void What_objects_repeat_is_kept_once()
    {
        var pool = new StringPool();
        var one = ObjectTransforms.Share(Read(), pool);
        var other = ObjectTransforms.Share(Read(), pool);

        Texts(one).Zip(Texts(other)).ShouldAllBe(pair => ReferenceEquals(pair.First, pair.Second));
        Texts(Read()).Zip(Texts(Read())).ShouldAllBe(pair => !ReferenceEquals(pair.First, pair.Second));

        static string[] Texts(ConfigMap value) =>
            [
                value.Metadata.Namespace!,
                .. value.Metadata.Labels!.Keys,
                .. value.Metadata.Labels.Values,
                .. value.Metadata.Annotations!.Keys,
                value.Metadata.OwnerReferences![0].Kind,
                value.Metadata.OwnerReferences[0].Name,
                value.Metadata.OwnerReferences[0].Uid,
                value.Metadata.Finalizers![0],
            ];
    }

    [Fact]
    public void The_pool_starts_anew_when_it_is_full_and_leaves_long_texts_alone()
    {
        var pool = new StringPool(capacity: 3);
        foreach (var i in Enumerable.Range(0, 100))
        {
            pool.Intern($"text-{i}");
            pool.Count.ShouldBeLessThanOrEqualTo(3);
        }

        var count = pool.Count;
        pool.Intern(new string('x', 200));
        pool.Count.ShouldBe(count);
    }

    [Fact]
    public void An_object_that_has_neither_is_not_copied()
    {
        var value = new ConfigMap { Metadata = new ObjectMeta { Name = "a" } };
        ObjectTransforms.Slim(value).ShouldBeSameAs(value);
    }

    private static ConfigMap Read() => JsonSerializer.Deserialize(Json, ConfigMap.JsonTypeInfo)!;
}
