using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Lists: selectors, pages, tables, metadata alone.</summary>
public sealed class ListTests(ApiServers servers)
{
    private const string TableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task Selectors_choose(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("tier", "web"), ("env", "dev")));
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("b", ("tier", "db")));
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("c", ("tier", "web"), ("env", "prod")));
        foreach (
            var (selector, expected) in new[]
            {
                ("labelSelector=tier%3Dweb", "a c"),
                ("labelSelector=tier%3D%3Dweb,env%21%3Ddev", "c"),
                ("labelSelector=tier+in+(web,db)", "a b c"),
                ("labelSelector=tier,tier+notin+(web)", "b"),
                ("labelSelector=env", "a c"),
                ("labelSelector=tier,%21env", "b"),
                ("fieldSelector=metadata.name%3Db", "b"),
                ("labelSelector=tier&fieldSelector=metadata.name%21%3Db", "a c"),
                ($"labelSelector=tier&fieldSelector=metadata.namespace%3D{api.Namespace}", "a b c"),
            }
        )
        {
            var list = (await api.GetAsync($"{api.ConfigMaps}?{selector}")).ShouldBe(200);
            string.Join(" ", list.ItemNames).ShouldBe(expected, selector);
            list.Text("kind").ShouldBe("ConfigMapList");
            list.Text("apiVersion").ShouldBe("v1");
        }

        (await api.GetAsync($"{api.ConfigMaps}?labelSelector=a+++b")).ShouldBe(400).Reason.ShouldBe("BadRequest");
        (await api.GetAsync($"{api.ConfigMaps}?fieldSelector=data.key%3Dvalue")).ShouldBe(400);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Pages_show_one_version(string server)
    {
        await using var api = await servers.OpenAsync(server);
        for (var i = 0; i < 5; i++)
        {
            await api.PostAsync(api.ConfigMaps, api.ConfigMap($"m{i}", ("set", "pages")));
        }

        var names = new List<string>();
        var version = "";
        var next = "";
        var pages = 0;
        do
        {
            var page = (
                await api.GetAsync(
                    $"{api.ConfigMaps}?labelSelector=set%3Dpages&limit=2&continue={Uri.EscapeDataString(next)}"
                )
            ).ShouldBe(200);
            names.AddRange(page.ItemNames);
            version = version.Length == 0 ? page.ResourceVersion : version;
            page.ResourceVersion.ShouldBe(version);
            next = page.Text("metadata", "continue") ?? "";
            if (pages++ == 0)
            {
                // What is created or deleted between pages does not show.
                await api.PostAsync(api.ConfigMaps, api.ConfigMap("m9", ("set", "pages")));
                await api.DeleteAsync($"{api.ConfigMaps}/m4");
            }
        } while (next.Length > 0);

        names.ShouldBe(["m0", "m1", "m2", "m3", "m4"]);
        pages.ShouldBe(3);
        (await api.GetAsync($"{api.ConfigMaps}?limit=2&continue=abc")).ShouldBe(400);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task All_namespaces_are_listed_together(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("across", api.Namespace)));
        var list = (await api.GetAsync($"/api/v1/configmaps?labelSelector=across%3D{api.Namespace}")).ShouldBe(200);
        list.ItemNames.ShouldBe(["a"]);
        long.Parse(list.ResourceVersion).ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Kubectl_gets_tables(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("x", "y")));
        var table = (await api.GetAsync($"{api.ConfigMaps}?labelSelector=x", TableType)).ShouldBe(200);
        table.Text("kind").ShouldBe("Table");
        table.Text("apiVersion").ShouldBe("meta.k8s.io/v1");
        Columns(table).ShouldBe(["Name", "Data", "Age"]);
        var row = table.At("rows")!.AsArray().ShouldHaveSingleItem()!.AsObject();
        row["cells"]![0]!.GetValue<string>().ShouldBe("a");
        row["cells"]![1]!.GetValue<int>().ShouldBe(1);
        row["object"]!["kind"]!.GetValue<string>().ShouldBe("PartialObjectMetadata");
        row["object"]!["metadata"]!["name"]!.GetValue<string>().ShouldBe("a");

        var one = (await api.GetAsync($"{api.ConfigMaps}/a?includeObject=Object", TableType)).ShouldBe(200);
        one.At("rows")![0]!["object"]!["data"]!["key"]!.GetValue<string>().ShouldBe("value");

        await api.PostAsync(api.Deployments, api.Deployment("web"));
        var deployments = (await api.GetAsync(api.Deployments, TableType)).ShouldBe(200);
        Columns(deployments)
            .ShouldBe(["Name", "Ready", "Up-to-date", "Available", "Age", "Containers", "Images", "Selector"]);
        deployments.At("columnDefinitions")![5]!["priority"]!.GetValue<int>().ShouldBe(1);
        deployments.At("rows")![0]!["cells"]![1]!.GetValue<string>().ShouldBe("0/0");
        deployments.At("rows")![0]!["cells"]![6]!.GetValue<string>().ShouldBe("app:1");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Custom_kinds_have_their_columns(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        (await api.PostAsync(widgets.Collection, widgets.Widget("w", 7))).ShouldBe(201);
        await api.MergeAsync(
            $"{widgets.Path("w")}/status",
            """{"status":{"conditions":[{"type":"Other","status":"Unknown"},{"type":"Ready","status":"True"}]}}"""
        );
        var table = (await api.GetAsync(widgets.Collection, TableType)).ShouldBe(200);
        Columns(table).ShouldBe(["Name", "Size", "Ready", "Color", "Age"]);
        var cells = table.At("rows")![0]!["cells"]!.AsArray();
        cells[0]!.GetValue<string>().ShouldBe("w");
        cells[1]!.GetValue<int>().ShouldBe(7);
        cells[2]!.GetValue<string>().ShouldBe("True");
        cells[3]!.GetValue<string>().ShouldBe("Red");
        table.At("columnDefinitions")![3]!["priority"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Metadata_can_be_had_alone(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("x", "y")));
        var list = await api.GetAsync(
            $"{api.ConfigMaps}?labelSelector=x",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
        );
        list.ShouldBe(200).Text("kind").ShouldBe("PartialObjectMetadataList");
        var item = list.Items.ShouldHaveSingleItem();
        item["data"].ShouldBeNull();
        item["metadata"]!["labels"]!["x"]!.GetValue<string>().ShouldBe("y");
        var one = await api.GetAsync(
            $"{api.ConfigMaps}/a",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
        );
        one.ShouldBe(200).Text("kind").ShouldBe("PartialObjectMetadata");
        (await api.GetAsync($"{api.ConfigMaps}/a", "text/html")).ShouldBe(406);
    }

    private static IEnumerable<string> Columns(Answer table) =>
        table.At("columnDefinitions")!.AsArray().Select(column => column!["name"]!.GetValue<string>());
}
