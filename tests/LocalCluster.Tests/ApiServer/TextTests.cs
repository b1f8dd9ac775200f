using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Protobuf;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.Tests.ApiServer;

/// <summary>What the server reads and writes as text.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData("app = web , tier=a", true)]
    [InlineData("app!=web", false)]
    [InlineData("other!=web", true)]
    [InlineData("app in (db, web)", true)]
    [InlineData("app in(db,web),tier", true)]
    [InlineData("app notin (db)", true)]
    [InlineData("other notin (db)", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!other", true)]
    [InlineData("count>3", true)]
    [InlineData("count<3", false)]
    [InlineData("count>x", null)]
    [InlineData("app in web", null)]
    [InlineData("a b", null)]
    public void Label_selectors(string text, bool? expected)
    {
        var labels = new Dictionary<string, string>
        {
            ["app"] = "web",
            ["tier"] = "a",
            ["count"] = "4",
        };
        if (expected is null)
        {
            Should.Throw<ApiException>(() => LabelSelector.Parse(text)).Code.ShouldBe(400);
        }
        else
        {
            LabelSelector.Parse(text).Matches(labels).ShouldBe(expected.Value);
        }
    }

    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(600, "10m")]
    [InlineData(10799, "179m")]
    [InlineData(10800, "3h")]
    [InlineData(11000, "3h3m")]
    [InlineData(8 * 3600, "8h")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(48 * 3600, "2d")]
    [InlineData((48 + 5) * 3600, "2d5h")]
    [InlineData(8 * 86400, "8d")]
    [InlineData(729 * 86400, "729d")]
    [InlineData(730 * 86400, "2y")]
    [InlineData(740 * 86400, "2y10d")]
    public void Ages(int seconds, string expected) =>
        HumanDuration.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData(".a.b", "1")]
    [InlineData("{.a.b}", "1")]
    [InlineData(@".a['x\.y']", "2")]
    [InlineData(".a['b']", "1")]
    [InlineData(".a.x\\.y", "2")]
    [InlineData(".list[1].name", "two")]
    [InlineData(".list[-1].name", "two")]
    [InlineData(".list[*].name", "one two")]
    [InlineData(".list[?(@.name==\"two\")].size", "20")]
    [InlineData(".list[?(@.size>15)].name", "two")]
    [InlineData(".list[?(@.name!='two')].name", "one")]
    [InlineData(".list[0:1].name", "one")]
    [InlineData("..size", "10 20")]
    [InlineData(".missing.deep", "")]
    public void Json_paths(string path, string expected)
    {
        var value = JsonNode.Parse(
            """{"a":{"b":1,"x.y":2},"list":[{"name":"one","size":10},{"name":"two","size":20}]}"""
        );
        string.Join(" ", JsonPath.Parse(path).Select(value).Select(node => node.Text())).ShouldBe(expected);
    }

    [Theory]
    [InlineData(".list[")]
    [InlineData(".list[?(@.a==1]")]
    [InlineData(".a.[x]")]
    public void Bad_json_paths(string path) => Should.Throw<FormatException>(() => JsonPath.Parse(path));

    [Fact]
    public void Versions_are_ordered_by_stability()
    {
        string[] versions = ["v1beta1", "foo1", "v10", "v2", "v1", "v11beta2", "v1alpha1", "bar"];
        versions
            .OrderDescending(VersionOrder.Comparer)
            .ShouldBe(["v10", "v2", "v1", "v11beta2", "v1beta1", "v1alpha1", "bar", "foo1"]);
    }

    [Theory]
    [InlineData("/api/v1/pods", "||v1||pods||")]
    [InlineData("/api/v1/namespaces/a/pods/b/log", "||v1|a|pods|b|log")]
    [InlineData("/api/v1/namespaces/a", "||v1||namespaces|a|")]
    [InlineData("/api/v1/namespaces/a/finalize", "||v1||namespaces|a|finalize")]
    [InlineData("/apis/apps/v1/namespaces/a/deployments/b", "|apps|v1|a|deployments|b|")]
    [InlineData("/apis/x.io/v1/things/b/status", "|x.io|v1||things|b|status")]
    [InlineData("/apis/apps/v1", null)]
    [InlineData("/version", null)]
    public void Paths(string path, string? expected)
    {
        var parsed = ApiPath.Parse(path);
        var text = parsed is null
            ? null
            : $"|{parsed.Group}|{parsed.Version}|{parsed.Namespace}|{parsed.Resource}|{parsed.Name}|{parsed.Subresource}";
        text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b-c", true)]
    [InlineData("A", false)]
    [InlineData("-a", false)]
    [InlineData("a..b", false)]
    [InlineData("", false)]
    public void Names(string name, bool good) => (NameRules.Subdomain(name) is null).ShouldBe(good);

    [Theory]
    [InlineData("app", true)]
    [InlineData("example.com/App_1", true)]
    [InlineData("a/b/c", false)]
    [InlineData("/b", false)]
    [InlineData("b/", false)]
    [InlineData("-b", false)]
    public void Label_keys(string key, bool good) => (NameRules.QualifiedName(key) is null).ShouldBe(good);

    [Fact]
    public void A_name_that_is_there_twice_counts_once_and_is_told()
    {
        var told = new List<string>();
        var value = JsonReading.ParseObject("""{"a":{"b":1,"c":[{"d":1,"d":2}],"b":3}}"""u8, told.Add);
        value.ToJsonString().ShouldBe("""{"a":{"b":3,"c":[{"d":2}]}}""");
        told.ShouldBe(["a.c[0].d", "a.b"]);
        Should.Throw<System.Text.Json.JsonException>(() => JsonReading.Parse("{}x"u8));
    }

    [Fact]
    public void Yaml_scalars_are_what_they_look_like()
    {
        var value = YamlReading.ParseObject(
            """
            text: "1"
            whole: 12
            real: 1.5
            flag: true
            none: ~
            word: 1.2.3
            block: |
              a
              b
            list: [a, {b: c}]
            """
        );
        value
            .ToJsonString()
            .ShouldBe(
                """{"text":"1","whole":12,"real":1.5,"flag":true,"none":null,"word":"1.2.3","block":"a\nb\n","list":["a",{"b":"c"}]}"""
            );
        Should.Throw<FormatException>(() => YamlReading.ParseObject("a: [")).Message.ShouldContain("line");
        Should.Throw<FormatException>(() => YamlReading.ParseObject("- a"));
    }

    [Theory]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: Off", """{"a":false}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 010", """{"a":8}""")]
    [InlineData("a: 08", """{"a":8}""")]
    [InlineData("a: -0b11", """{"a":-3}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: 18446744073709551615", """{"a":18446744073709551615}""")]
    [InlineData("a: 1e3", """{"a":1000}""")]
    [InlineData("a: 10-12", """{"a":"10-12"}""")]
    [InlineData("a: 2026-01-02", """{"a":"2026-01-02"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("010: a", """{"8":"a"}""")]
    [InlineData("{a: &x {b: c}, d: *x}", """{"a":{"b":"c"},"d":{"b":"c"}}""")]
    [InlineData("{a: &x {b: c}, d: {<<: *x, e: f}}", """{"a":{"b":"c"},"d":{"b":"c","e":"f"}}""")]
    [InlineData("{a: &x {b: c}, d: {<<: [*x, {b: x, g: h}]}}", """{"a":{"b":"c"},"d":{"b":"c","g":"h"}}""")]
    [InlineData("{a: 1, a: 2}", """{"a":2}""")]
    [InlineData("a: .inf", null)]
    [InlineData("a: &x [*x]", null)]
    [InlineData("a: *x", null)]
    [InlineData("{<<: text}", null)]
    [InlineData("{{a: b}: c}", null)]
    public void Yaml_is_what_Kubernetes_makes_of_it(string yaml, string? expected)
    {
        if (expected is null)
        {
            Should.Throw<FormatException>(() => YamlReading.ParseObject(yaml)).Message.ShouldNotBeEmpty();
        }
        else
        {
            YamlReading.ParseObject(yaml).ToJsonString().ShouldBe(expected);
        }
    }

    [Fact]
    public void Yaml_takes_no_more_than_its_length_allows()
    {
        Should
            .Throw<FormatException>(() => YamlReading.ParseObject("a: " + new string('[', 100_000)))
            .Message.ShouldBe("yaml: exceeded max depth of 512");
        var bomb = string.Concat(
            "bcdefghi".Select(c => $"{c}: &{c} [{string.Join(',', Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n")
        );
        Should
            .Throw<FormatException>(() => YamlReading.ParseObject("a: &a [x]\n" + bomb))
            .Message.ShouldBe("yaml: document contains excessive aliasing");
        var twice = new List<string>();
        YamlReading.ParseObject("a: {b: 1, c: [{d: 1, d: 2}], b: 2}", twice.Add);
        twice.ShouldBe(["a.c[0].d", "a.b"]);
    }

    [Theory]
    [InlineData(@"""x\ud800y""", "x\uFFFDy")]
    [InlineData(@"""\udc00\ud83d\ude00\n\""\u00e9""", "\uFFFD\U0001F600\n\"é")]
    [InlineData(@"""plain""", "plain")]
    public void Halves_of_characters_are_replaced(string json, string expected) =>
        JsonReading.Parse(Encoding.UTF8.GetBytes(json))!.GetValue<string>().ShouldBe(expected);

    [Fact]
    public void Bytes_that_are_no_text_are_replaced() =>
        JsonReading.ParseObject([.. "{\"a\":\"x"u8, 0xff, .. "y\"}"u8]).Str("a").ShouldBe("x\uFFFDy");

    [Fact]
    public void Protobuf_of_kubectl()
    {
        byte[] metadata =
        [
            .. Field(1, "web"),
            .. Field(2, ""),
            .. Field(8, []),
            .. Field(11, [.. Field(1, "app"), .. Field(2, "x")]),
        ];
        byte[] secret =
        [
            .. Field(1, metadata),
            .. Field(2, [.. Field(1, "k"), .. Field(2, "v")]),
            .. Field(3, "Opaque"),
            5 << 3,
            1,
        ];
        ProtobufReading
            .Known.Read(Envelope("v1", "Secret", secret))
            .ToJsonString()
            .ShouldBe(
                """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"web","labels":{"app":"x"}},"data":{"k":"dg=="},"type":"Opaque","immutable":true}"""
            );
        Should.Throw<NotSupportedException>(() => ProtobufReading.Known.Read(Envelope("v1", "Pod", [])));
        Should.Throw<NotSupportedException>(() => ProtobufReading.Known.Read(Envelope("v1", "Secret", Field(9, "x"))));
        Should.Throw<FormatException>(() => ProtobufReading.Known.Read("{}"u8));
        Should.Throw<FormatException>(() => ProtobufReading.Known.Read(Envelope("v1", "Secret", [10, 200])));
    }

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Field(1, [.. Field(1, apiVersion), .. Field(2, kind)]), .. Field(2, raw)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) =>
        [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
