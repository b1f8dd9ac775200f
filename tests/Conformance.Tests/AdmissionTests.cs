using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Webhooks of validating and mutating configurations.</summary>
public sealed class AdmissionTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S5")]
    public async Task A_refusal_says_what_the_webhook_said(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On(
            "/deny",
            request =>
                request["name"]!.GetValue<string>() switch
                {
                    "plain" => WebhookServer.Deny(),
                    "message" => WebhookServer.Deny("""{"message":"not today"}"""),
                    "reason" => WebhookServer.Deny("""{"reason":"Because"}"""),
                    "invalid" => WebhookServer.Deny(
                        """{"status":"Failure","code":422,"reason":"Invalid","message":"two faults","details":{"name":"invalid","kind":"ConfigMap","causes":[{"reason":"FieldValueInvalid","message":"no","field":"data.a"},{"reason":"FieldValueRequired","message":"yes","field":"data.b"}]}}"""
                    ),
                    "success" => WebhookServer.Deny("""{"status":"Success","code":200,"message":"odd"}"""),
                    _ => WebhookServer.Allow("first \"warning\"", "second: größer …"),
                }
        );
        await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/deny"));
        await hooks.UntilAskedAsync(webhook, "/deny");
        var prefix = $"admission webhook \"{hooks.Name("/deny")}\" denied the request";

        var plain = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("plain"))).ShouldBe(400);
        plain.Message.ShouldBe($"{prefix} without explanation");
        plain.Reason.ShouldBeNull();
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("message")))
            .ShouldBe(400)
            .Message.ShouldBe($"{prefix}: not today");
        var reason = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("reason"))).ShouldBe(400);
        reason.Message.ShouldBe($"{prefix}: Because");
        reason.Reason.ShouldBe("Because");
        var invalid = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("invalid"))).ShouldBe(422);
        invalid.Message.ShouldBe($"{prefix}: two faults");
        invalid.Reason.ShouldBe("Invalid");
        invalid.Text("status").ShouldBe("Failure");
        invalid.At("details", "causes")!.AsArray().Count.ShouldBe(2);
        invalid.At("details", "causes")![1]!["field"]!.GetValue<string>().ShouldBe("data.b");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("success")))
            .ShouldBe(400)
            .Text("status")
            .ShouldBe("Failure");

        var allowed = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("good"))).ShouldBe(201);
        allowed.Warnings.ShouldBe(["299 - \"first \\\"warning\\\"\"", "299 - \"second: größer …\""]);
        (await api.GetAsync($"{api.ConfigMaps}/plain")).ShouldBe(404);
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S6")]
    public async Task A_review_tells_who_does_what_to_what(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On("/see", _ => WebhookServer.Allow());
        await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/see"));
        await hooks.UntilAskedAsync(webhook, "/see");

        (await api.PostAsync($"{api.ConfigMaps}?fieldManager=me", api.ConfigMap("a"))).ShouldBe(201);
        (await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"other"}}""")).ShouldBe(200);
        (await api.DeleteAsync($"{api.ConfigMaps}/a", Json.Parse("""{"dryRun":["All"]}"""))).ShouldBe(200);
        (
            await api.SendAsync(
                HttpMethod.Delete,
                $"{api.ConfigMaps}/a",
                """{"propagationPolicy":"Background"}""",
                "application/json",
                null,
                ("Impersonate-User", "jane"),
                ("Impersonate-Group", "system:masters"),
                ("Impersonate-Extra-Team", "blue")
            )
        ).ShouldBe(200);

        var asked = webhook.Asked("/see");
        asked.Select(request => Text(request, "operation")).ShouldBe(["CREATE", "UPDATE", "DELETE", "DELETE"]);
        foreach (var request in asked)
        {
            request["kind"]!.ToJsonString().ShouldBe("""{"group":"","version":"v1","kind":"ConfigMap"}""");
            request["resource"]!.ToJsonString().ShouldBe("""{"group":"","version":"v1","resource":"configmaps"}""");
            request["requestKind"]!.ToJsonString().ShouldBe(request["kind"]!.ToJsonString());
            request["requestResource"]!.ToJsonString().ShouldBe(request["resource"]!.ToJsonString());
            Text(request, "name").ShouldBe("a");
            Text(request, "namespace").ShouldBe(api.Namespace);
            Text(request, "uid").ShouldNotBeNullOrEmpty();
            Text(request, "options", "apiVersion").ShouldBe("meta.k8s.io/v1");
        }

        Text(asked[0], "object", "data", "key").ShouldBe("value");
        asked[0]["oldObject"].ShouldBeNull();
        Text(asked[0], "options", "kind").ShouldBe("CreateOptions");
        Text(asked[0], "options", "fieldManager").ShouldBe("me");
        asked[0]["dryRun"]!.GetValue<bool>().ShouldBeFalse();
        Text(asked[1], "object", "data", "key").ShouldBe("other");
        Text(asked[1], "oldObject", "data", "key").ShouldBe("value");
        asked[2]["object"].ShouldBeNull();
        Text(asked[2], "oldObject", "data", "key").ShouldBe("other");
        asked[2]["dryRun"]!.GetValue<bool>().ShouldBeTrue();
        asked[2]["options"]!["dryRun"]!.ToJsonString().ShouldBe("""["All"]""");
        Text(asked[3], "userInfo", "username").ShouldBe("jane");
        asked[3]["userInfo"]!["groups"]!.AsArray().Select(g => g!.GetValue<string>()).ShouldContain("system:masters");
        asked[3]["userInfo"]!["extra"]!["team"]!.ToJsonString().ShouldBe("""["blue"]""");
        Text(asked[3], "options", "propagationPolicy").ShouldBe("Background");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S7")]
    public async Task Mutation_comes_first_validation_next_validating_webhooks_last(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On(
            "/first",
            request =>
                WebhookServer.Patch(
                    Text(request, "name") == "broken"
                        ? """[{"op":"add","path":"/data/not a key","value":"x"}]"""
                        : """[{"op":"add","path":"/data/first","value":"1"},{"op":"replace","path":"/data/key","value":"changed"}]"""
                )
        );
        webhook.On(
            "/second",
            request =>
                Json.At(request, "object", "data", "second") is null
                    ? WebhookServer.Patch("""[{"op":"add","path":"/data/second","value":"2"}]""")
                    : WebhookServer.Allow()
        );
        webhook.On("/last", _ => WebhookServer.Allow());
        await hooks.InstallAsync(
            mutating: true,
            hooks.Hook(
                webhook,
                "/first",
                hook =>
                {
                    hook["reinvocationPolicy"] = "IfNeeded";
                    hook["rules"]![0]!["operations"] = new JsonArray("CREATE");
                }
            ),
            hooks.Hook(webhook, "/second")
        );
        await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/last"));
        await hooks.UntilAskedAsync(webhook, "/first", "/second", "/last");

        var made = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        Sorted(made.Body["data"]!).ShouldBe("""{"first":"1","key":"changed","second":"2"}""");

        // The second one changed the object after the first: the first is asked once more.
        webhook.Asked("/first").Count.ShouldBe(2);
        Text(webhook.Asked("/first")[1], "object", "data", "second").ShouldBe("2");
        webhook.Asked("/second").Count.ShouldBe(1);
        Text(webhook.Asked("/second")[0], "object", "data", "first").ShouldBe("1");
        Text(webhook.Asked("/last")[0], "object", "data", "second").ShouldBe("2");

        // What the webhooks made is no good: the validating ones do not hear of it.
        var refused = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("broken"))).ShouldBe(422);
        refused.Message.ShouldStartWith(
            "ConfigMap \"broken\" is invalid: data[not a key]: Invalid value: \"not a key\""
        );
        webhook.Asked("/last").ShouldAllBe(request => Text(request, "name") == "a");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S8")]
    public async Task A_webhook_that_cannot_be_asked_refuses_or_is_left_out(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        await using var misnamed = await WebhookServer.StartAsync(api.Token, "elsewhere.example.com");
        webhook.On("/uid", _ => WebhookServer.Allow().With(response => response["uid"] = "another"));
        webhook.On("/patch", _ => WebhookServer.Patch("[]"));
        webhook.On(
            "/slow",
            _ =>
            {
                Thread.Sleep(TimeSpan.FromSeconds(3));
                return WebhookServer.Allow();
            }
        );
        webhook.On("/probe", _ => WebhookServer.Allow());
        misnamed.On("/host", _ => WebhookServer.Allow());
        await hooks.InstallAsync(
            mutating: false,
            hooks.Hook(webhook, "/probe"),
            Only(
                "gone",
                hooks.Hook(webhook, "/gone", hook => hook["clientConfig"]!["url"] = "https://127.0.0.1:1/gone")
            ),
            Only(
                "authority",
                hooks.Hook(webhook, "/ca", hook => hook["clientConfig"]!["caBundle"] = misnamed.CaBundle)
            ),
            Only("host", hooks.Hook(misnamed, "/host")),
            Only("uid", hooks.Hook(webhook, "/uid")),
            Only("patch", hooks.Hook(webhook, "/patch")),
            Only("slow", hooks.Hook(webhook, "/slow", hook => hook["timeoutSeconds"] = 1)),
            Only(
                "ignored",
                hooks.Hook(
                    webhook,
                    "/ignored",
                    hook =>
                    {
                        hook["clientConfig"]!["url"] = "https://127.0.0.1:1/gone";
                        hook["failurePolicy"] = "Ignore";
                    }
                )
            )
        );
        await hooks.UntilAskedAsync(webhook, "/probe");
        foreach (var (label, path, what) in Failures)
        {
            var refused = (await CreateAsync(label)).ShouldBe(500);
            refused.Reason.ShouldBe("InternalError");
            refused.Message.ShouldStartWith(
                $"Internal error occurred: failed calling webhook \"{hooks.Name(path)}\": "
            );
            refused.Message.ShouldContain(what);
            refused.At("details", "causes")![0]!["message"]!
                .GetValue<string>()
                .ShouldStartWith($"failed calling webhook \"{hooks.Name(path)}\": ");
        }

        (await CreateAsync("ignored")).ShouldBe(201);
        (await CreateAsync("none")).ShouldBe(201);

        Task<Answer> CreateAsync(string label) => api.PostAsync(api.ConfigMaps, api.ConfigMap(label, ("case", label)));

        static JsonObject Only(string label, JsonObject hook)
        {
            hook["objectSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["case"] = label } };
            return hook;
        }
    }

    // Libraries word TLS faults differently: that they are faults is what counts.
    private static readonly (string Label, string Path, string What)[] Failures =
    [
        ("gone", "/gone", "https://127.0.0.1:1/gone?timeout=10s"),
        ("authority", "/ca", "Post \"https://127.0.0.1:"),
        ("host", "/host", "Post \"https://127.0.0.1:"),
        ("uid", "/uid", "expected response.uid="),
        ("patch", "/patch", "may not return response.patch"),
        ("slow", "/slow", "context deadline exceeded"),
    ];

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S9")]
    public async Task Selectors_and_rules_say_who_is_asked(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        foreach (var path in new[] { "/all", "/other", "/cluster", "/sub", "/update", "/equal", "/exact" })
        {
            webhook.On(path, _ => WebhookServer.Allow());
        }

        await hooks.InstallAsync(
            mutating: false,
            hooks.Hook(webhook, "/all", hook => hook["rules"]![0]!["resources"] = new JsonArray("*")),
            hooks.Hook(
                webhook,
                "/other",
                hook => hook["namespaceSelector"] = Json.Parse("""{"matchLabels":{"conformance":"another"}}""")
            ),
            hooks.Hook(webhook, "/cluster", hook => hook["rules"]![0]!["scope"] = "Cluster"),
            hooks.Hook(
                webhook,
                "/sub",
                hook => hook["rules"]![0]!["resources"] = new JsonArray("configmaps/*", "*/status")
            ),
            hooks.Hook(webhook, "/update", hook => hook["rules"]![0]!["operations"] = new JsonArray("UPDATE")),
            hooks.Hook(webhook, "/equal", hook => Events(hook, "Equivalent")),
            hooks.Hook(webhook, "/exact", hook => Events(hook, "Exact"))
        );
        await hooks.UntilAskedAsync(webhook, "/all");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        (await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"other"}}""")).ShouldBe(200);
        (
            await api.PostAsync(
                $"/api/v1/namespaces/{api.Namespace}/events",
                Json.Parse(
                    $$$$"""{"metadata":{"name":"e"},"involvedObject":{"kind":"ConfigMap","namespace":"{{{{api.Namespace}}}}","name":"a"},"reason":"Tested","message":"text"}"""
                )
            )
        ).ShouldBe(201);
        webhook.Asked("/all").Count(request => Text(request, "name") == "a").ShouldBe(2);
        webhook.Asked("/other").ShouldBeEmpty();
        webhook.Asked("/cluster").ShouldBeEmpty();
        webhook.Asked("/update").Select(request => Text(request, "operation")).ShouldBe(["UPDATE"]);
        webhook.Asked("/exact").ShouldBeEmpty();
        var converted = webhook.Asked("/equal").ShouldHaveSingleItem();
        Text(converted, "kind", "group").ShouldBe("events.k8s.io");
        Text(converted, "requestKind", "group").ShouldBe("");
        Text(converted, "object", "note").ShouldBe("text");
        Text(converted, "object", "regarding", "name").ShouldBe("a");

        static void Events(JsonObject hook, string policy)
        {
            hook["matchPolicy"] = policy;
            hook["rules"] = JsonNode.Parse(
                """[{"apiGroups":["events.k8s.io"],"apiVersions":["v1"],"resources":["events"],"operations":["CREATE"]}]"""
            );
        }
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S10")]
    public async Task Bad_configurations_are_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        var name = $"{api.Namespace}-bad";
        var cases = new (Action<JsonObject> Change, string Message)[]
        {
            (
                hook => hook["name"] = "short.name",
                "webhooks[0].name: Invalid value: \"short.name\": should be a domain with at least three segments separated by dots"
            ),
            (
                hook => hook.Remove("admissionReviewVersions"),
                "webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1"
            ),
            (
                hook => hook.Remove("sideEffects"),
                "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun"
            ),
            (
                hook => hook["timeoutSeconds"] = 31,
                "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds"
            ),
            (
                hook => hook["clientConfig"]!.AsObject().Remove("url"),
                "webhooks[0].clientConfig: Required value: exactly one of url or service is required"
            ),
            (
                hook => hook["clientConfig"]!["url"] = "http://127.0.0.1/",
                "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]"
            ),
            (
                hook => hook["rules"]![0]!["operations"] = new JsonArray(),
                "webhooks[0].rules[0].operations: Required value"
            ),
            (
                hook =>
                    hook["objectSelector"] = JsonNode.Parse("""{"matchExpressions":[{"key":"a","operator":"Like"}]}"""),
                "webhooks[0].objectSelector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator"
            ),
            (
                hook => hook["failurePolicy"] = "Maybe",
                "webhooks[0].failurePolicy: Unsupported value: \"Maybe\": supported values: \"Fail\", \"Ignore\""
            ),
        };
        foreach (var (change, message) in cases)
        {
            var refused = await api.PostAsync(
                Hooks.Collection(mutating: false),
                Hooks.Configuration(mutating: false, name, hooks.Hook(webhook, "/x", change))
            );
            refused
                .ShouldBe(422)
                .Message.ShouldBe(
                    $"ValidatingWebhookConfiguration.admissionregistration.k8s.io \"{name}\" is invalid: {message}"
                );
        }
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S11")]
    public async Task A_webhook_may_be_a_service(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token, $"hook.{api.Namespace}.svc");
        webhook.On("/service", request => WebhookServer.Deny("""{"message":"by service"}"""));
        var services = $"/api/v1/namespaces/{api.Namespace}/services";
        (
            await api.PostAsync(
                services,
                Json.Parse(
                    $$$"""{"metadata":{"name":"hook"},"spec":{"type":"ExternalName","externalName":"localhost","ports":[{"port":{{{webhook.Port}}}}]}}"""
                )
            )
        ).ShouldBe(201);
        await hooks.InstallAsync(
            mutating: false,
            hooks.Hook(
                webhook,
                "/service",
                hook =>
                    hook["clientConfig"] = Json.Parse(
                        $$$$"""{"service":{"name":"hook","namespace":"{{{{api.Namespace}}}}","port":{{{{webhook.Port}}}},"path":"/service"},"caBundle":"{{{{webhook.CaBundle}}}}"}"""
                    )
            )
        );
        await hooks.UntilAskedAsync(webhook, "/service");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(400).Message.ShouldContain("by service");
        if (api.IsReal)
        {
            // A real server goes through the Service's own address, which needs kube-proxy on its machine.
            return;
        }

        (await api.DeleteAsync($"{services}/hook")).ShouldBe(200);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a")))
            .ShouldBe(500)
            .Message.ShouldContain("service \"hook\" not found");
        (
            await api.PostAsync(
                services,
                Json.Parse(
                    $$$"""{"metadata":{"name":"hook"},"spec":{"ports":[{"name":"h","port":{{{webhook.Port}}}}]}}"""
                )
            )
        ).ShouldBe(201);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a")))
            .ShouldBe(500)
            .Message.ShouldContain("no endpoints available for service \"hook\"");
        (
            await api.PostAsync(
                $"/api/v1/namespaces/{api.Namespace}/endpoints",
                Json.Parse(
                    $$$"""{"metadata":{"name":"hook"},"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"name":"h","port":{{{webhook.Port}}}}]}]}"""
                )
            )
        ).ShouldBe(201);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(400).Message.ShouldContain("by service");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S12")]
    public async Task Match_conditions_are_evaluated_or_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        if (api.IsReal && !await KnowsConditionsAsync(api))
        {
            Assert.Skip("the server is older than match conditions");
        }

        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On("/when", _ => WebhookServer.Deny());
        await hooks.InstallAsync(
            mutating: false,
            hooks.Hook(
                webhook,
                "/when",
                hook =>
                    hook["matchConditions"] = JsonNode.Parse(
                        """
                        [{"name":"wanted","expression":"request.operation == 'CREATE' && has(object.data) && has(object.data.key)"},
                         {"name":"who","expression":"!('system:nodes' in request.userInfo.groups) && object.metadata.name != 'left-out'"}]
                        """
                    )
            )
        );
        await hooks.UntilAskedAsync(webhook, "/when");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("asked"))).ShouldBe(400);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("left-out"))).ShouldBe(201);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("empty").With(value => value.Remove("data")))).ShouldBe(201);

        foreach (var bad in new[] { "object.metadata.name", "no.such.variable == 1", "request.nothing == ''", "(" })
        {
            var refused = await api.PostAsync(
                Hooks.Collection(mutating: true),
                Hooks.Configuration(
                    mutating: true,
                    $"{api.Namespace}-bad",
                    hooks.Hook(
                        webhook,
                        "/bad",
                        hook =>
                            hook["matchConditions"] = new JsonArray(
                                new JsonObject { ["name"] = "bad", ["expression"] = bad }
                            )
                    )
                )
            );
            refused.ShouldBe(422).Message.ShouldContain("webhooks[0].matchConditions[0].expression: Invalid value: ");
        }
    }

    private static async Task<bool> KnowsConditionsAsync(Api api)
    {
        var version = await api.GetAsync("/version");
        return int.Parse(version.Text("minor")!.TrimEnd('+'), null) >= 30;
    }

    private static string Sorted(JsonNode map) =>
        new JsonObject(
            map.AsObject()
                .OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        ).ToJsonString();

    private static string? Text(JsonObject value, params string[] path) => Json.At(value, path)?.GetValue<string>();
}
