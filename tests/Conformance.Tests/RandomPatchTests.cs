using System.Text;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Patches and applies that nobody thought of: on all servers alike, and by the rules that hold on each.</summary>
public sealed class RandomPatchTests(ApiServers servers)
{
    private const int Changes = 80;

    // Not 2 and 5: there an apply lets go of the last item of a list; a real server makes a null of the list, and refuses it.
    private static readonly int[] Seeds = [1, 3, 4, 6];

    public static TheoryData<int> All => [.. Seeds];

    public static TheoryData<string, int> OnEach
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var server in ApiServers.Names)
            {
                foreach (var seed in Seeds)
                {
                    cases.Add(server, seed);
                }
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(All)), Trait("Guarantee", "S24")]
    public async Task Custom_objects_become_the_same_on_all_servers(int seed) =>
        await CompareAsync(
            async api => await StartWidgetAsync(api, seed),
            // A patched object that cannot be read is shown whole, with its version and in another order.
            (api, answer) =>
                answer.Code == 422 && answer.Message.Contains("patch: Invalid value", StringComparison.Ordinal)
                    ? $"{answer.Code} {answer.Reason} {answer.Message[(answer.Message.LastIndexOf('}') + 1)..]}"
                    : Scrubbed(api, answer, "")
        );

    [Theory, MemberData(nameof(All)), Trait("Guarantee", "S24")]
    public async Task Built_in_objects_become_the_same_on_all_servers(int seed) =>
        await CompareAsync(
            async api =>
            {
                (await api.PostAsync(api.Deployments, api.Deployment("d"))).ShouldBe(201);
                return ($"{api.Deployments}/d", new DeploymentChanges(seed));
            },
            // What its controller writes comes when it comes, and older servers word their refusals differently.
            (api, answer) =>
                answer.Code >= 400
                    ? $"{answer.Code} {answer.Reason}"
                    : Scrubbed(
                        api,
                        answer,
                        "metadata/labels",
                        "spec/minReadySeconds",
                        "spec/strategy",
                        "spec/template/metadata/labels",
                        "spec/template/spec/nodeSelector",
                        "spec/template/spec/tolerations",
                        "spec/template/spec/containers"
                    )
        );

    [Theory, MemberData(nameof(OnEach)), Trait("Guarantee", "S24")]
    public async Task Every_change_keeps_the_rules(string server, int seed)
    {
        await using var api = await servers.OpenAsync(server);
        var (path, changes) = await StartWidgetAsync(api, seed);
        var before = await api.GetAsync(path);
        for (var i = 0; i < Changes; i++)
        {
            var change = changes.Next();
            var why = $"seed {seed}, change {i}: {change}";
            var dry = await SendAsync(api, path, change, "dryRun=All");
            Text(await api.GetAsync(path)).ShouldBe(Text(before), "a dry run changes nothing: " + why);

            var answer = await SendAsync(api, path, change);
            answer.Code.ShouldBe(dry.Code, "a dry run answers the same: " + why);
            // An apply that does not fit its schema is a 500 on a real server, too.
            answer.Reason.ShouldNotBe("InternalError", why);
            var after = await api.GetAsync(path);
            if (answer.Code >= 400)
            {
                Text(after).ShouldBe(Text(before), "what is refused changes nothing: " + why);
                continue;
            }

            Text(after).ShouldBe(Text(answer), "what is answered is there: " + why);
            (after.ResourceVersion == before.ResourceVersion).ShouldBe(
                Text(after) == Text(before),
                "a version is of one state: " + why
            );
            var grown = Generation(after) - Generation(before);
            grown.ShouldBe(Spec(after) == Spec(before) ? 0 : 1, "generations count specs: " + why);
            if (change.Type == "apply-patch+yaml")
            {
                var again = await SendAsync(api, path, change);

                // A real server may put managers of one second into another order.
                Content(again).ShouldBe(Content(answer), "applied again it is there already: " + why);
                after = again;
            }

            before = after;
        }
    }

    private static async Task<(string Path, RandomChanges Changes)> StartWidgetAsync(Api api, int seed)
    {
        var kind = await api.DefineWidgetsAsync();
        (await api.PostAsync(kind.Collection, kind.Widget("w"))).ShouldBe(201);
        return (kind.Path("w"), new WidgetChanges(seed, kind, "w"));
    }

    private static Task<Answer> SendAsync(Api api, string path, RandomChange change, string more = "") =>
        api.PatchAsync(
            path + change.Query + (more.Length == 0 ? "" : (change.Query.Length == 0 ? "?" : "&") + more),
            change.Type,
            change.Body
        );

    /// <summary>Makes the same changes on all servers, and tells the first one after which they differ.</summary>
    private async Task CompareAsync(
        Func<Api, Task<(string Path, RandomChanges Changes)>> start,
        Func<Api, Answer, string> show
    )
    {
        Assert.SkipWhen(ApiServers.Names.Count < 2, "there is one server: nothing to compare it with");
        var told = new List<List<(string Change, string Answer)>>();
        foreach (var name in ApiServers.Names)
        {
            await using var api = await servers.OpenAsync(name);
            var (path, changes) = await start(api);
            var answers = new List<(string, string)>();
            for (var i = 0; i < Changes; i++)
            {
                var change = changes.Next();
                var answer = await SendAsync(api, path, change);
                answers.Add((change.ToString().Replace(api.Namespace, "{ns}"), show(api, answer)));
            }

            told.Add(answers);
        }

        var differences = new StringBuilder();
        for (var i = 0; i < Changes && differences.Length == 0; i++)
        {
            for (var other = 1; other < told.Count; other++)
            {
                told[other][i].Change.ShouldBe(told[0][i].Change);
                if (told[other][i].Answer != told[0][i].Answer)
                {
                    var before = i == 0 ? "" : told[other][i - 1].Answer;
                    differences.Append(
                        $"change {i}: {told[0][i].Change}\nafter {before}\n{ApiServers.Names[0]}: {told[0][i].Answer}\n{ApiServers.Names[other]}: {told[other][i].Answer}\n"
                    );
                }
            }
        }

        differences.ToString().ShouldBeEmpty();
    }

    private static string Scrubbed(Api api, Answer answer, params string[] show)
    {
        var scrubber = new Scrubber(new Dictionary<string, string> { ["ns"] = api.Namespace });
        return $"{answer.Code} {scrubber.Scrub(answer.Body, answer.Code >= 400 ? [] : show)!.ToJsonString()}";
    }

    private static string Text(Answer answer) => Json.Sorted(answer.Body)!.ToJsonString();

    /// <summary>The object without what a write of it may change by itself.</summary>
    private static string Content(Answer answer) =>
        Json.Sorted(
                    answer.Body.With(v =>
                    {
                        v["metadata"]!.AsObject().Remove("managedFields");
                        v["metadata"]!.AsObject().Remove("resourceVersion");
                    })
                )!
            .ToJsonString();

    private static long Generation(Answer answer) => answer.At("metadata", "generation")!.GetValue<long>();

    private static string? Spec(Answer answer) => Json.Sorted(answer.At("spec"))?.ToJsonString();
}
