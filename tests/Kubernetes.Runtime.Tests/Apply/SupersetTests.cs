using System.Text.Json;
using Kubernetes.Runtime.Apply;

namespace Kubernetes.Runtime.Tests.Apply;

public sealed class SupersetTests
{
    public static TheoryData<string, string, string, bool> Cases =>
        new()
        {
            { "equal", """{"spec":{"a":1}}""", """{"spec":{"a":1}}""", true },
            { "defaulted field", """{"spec":{"a":1,"b":2}}""", """{"spec":{"a":1}}""", true },
            { "missing field", """{"spec":{}}""", """{"spec":{"a":1}}""", false },
            { "other value", """{"spec":{"a":2}}""", """{"spec":{"a":1}}""", false },
            { "null wanted", """{"spec":{}}""", """{"spec":{"a":null}}""", true },
            { "empty wanted", """{"spec":{}}""", """{"spec":{"a":{},"b":[],"c":"","d":false,"e":0}}""", true },
            { "order of fields", """{"spec":{"a":1,"b":2}}""", """{"spec":{"b":2,"a":1}}""", true },
            { "status is not ours", """{"spec":{}}""", """{"spec":{},"status":{"x":1}}""", true },
            {
                "server's metadata is not ours",
                """{"metadata":{"name":"a"}}""",
                """{"metadata":{"name":"a","uid":"x"}}""",
                true
            },
            {
                "label missing",
                """{"metadata":{"labels":{"a":"1"}}}""",
                """{"metadata":{"labels":{"a":"1","b":"2"}}}""",
                false
            },
            {
                "foreign label",
                """{"metadata":{"labels":{"a":"1","b":"2"}}}""",
                """{"metadata":{"labels":{"a":"1"}}}""",
                true
            },
            {
                "other finalizer",
                """{"metadata":{"finalizers":["x/y","a/b"]}}""",
                """{"metadata":{"finalizers":["a/b"]}}""",
                true
            },
            { "list of scalars", """{"spec":{"args":["a","b"]}}""", """{"spec":{"args":["a"]}}""", false },
            { "order of scalars", """{"spec":{"args":["a","b"]}}""", """{"spec":{"args":["b","a"]}}""", false },
            {
                "list by position with defaults",
                """{"spec":{"rules":[{"verbs":["get"],"x":1}]}}""",
                """{"spec":{"rules":[{"verbs":["get"]}]}}""",
                true
            },
            {
                "list by name, reordered, with another's item",
                """{"spec":{"c":[{"name":"side"},{"name":"b","p":1},{"name":"a","p":1}]}}""",
                """{"spec":{"c":[{"name":"a"},{"name":"b"}]}}""",
                true
            },
            {
                "list by name, item missing",
                """{"spec":{"c":[{"name":"a"}]}}""",
                """{"spec":{"c":[{"name":"a"},{"name":"b"}]}}""",
                false
            },
            {
                "quantity in another form",
                """{"spec":{"resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}}""",
                """{"spec":{"resources":{"limits":{"cpu":"0.5","memory":"1024Mi"}}}}""",
                true
            },
            {
                "another quantity",
                """{"spec":{"resources":{"limits":{"cpu":"500m"}}}}""",
                """{"spec":{"resources":{"limits":{"cpu":"0.6"}}}}""",
                false
            },
            { "not a quantity", """{"data":{"a":"1000m"}}""", """{"data":{"a":"1"}}""", false },
            { "string data", """{"data":{"a":"aGk="}}""", """{"stringData":{"a":"hi"}}""", true },
            { "other string data", """{"data":{"a":"aGk="}}""", """{"stringData":{"a":"ho"}}""", false },
            { "number forms", """{"spec":{"a":1.0}}""", """{"spec":{"a":1}}""", true },
            { "type differs", """{"spec":{"a":"1"}}""", """{"spec":{"a":1}}""", false },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Live_says_all_that_is_wanted(string what, string live, string desired, bool expected) =>
        Superset.Of(JsonElement.Parse(live), JsonElement.Parse(desired)).ShouldBe(expected, what);
}
