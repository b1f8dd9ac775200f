using System.Text;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>
/// Answers that a real server gave, word for word (<c>Transcripts/</c>). With <c>BINNACLE_RECORD</c> set to the folder
/// of the transcripts' sources, a run on a real server writes its answers there.
/// </summary>
public abstract class TranscriptTests(ApiServers servers)
{
    protected static string Folder { get; } = Path.Join(AppContext.BaseDirectory, "Transcripts");

    /// <summary>Runs one transcript and tells all differences at once.</summary>
    protected async Task CompareAsync(string server, string name)
    {
        var transcript = Transcript.Parse(await File.ReadAllTextAsync(Path.Join(Folder, name + ".txt")));
        var runsPrograms = transcript.Steps.Any(step => step.Line.StartsWith("$ ", StringComparison.Ordinal));
        Assert.SkipWhen(runsPrograms && CommandLine.Missing is not null, CommandLine.Missing ?? "");
        await using var api = await servers.OpenAsync(server);
        using var commands = runsPrograms ? new CommandLine(servers.Kubeconfig(server), api.Namespace) : null;
        await using var runner = await TranscriptRunner.StartAsync(api, transcript, commands);
        var target = api.IsReal ? Environment.GetEnvironmentVariable("BINNACLE_RECORD") : null;
        var isOld = await api.IsOldAsync();
        var differences = new StringBuilder();
        try
        {
            foreach (var step in transcript.Steps)
            {
                var answer = await AnswerAsync(runner, step);
                var expected = isOld ? step.OldAnswer ?? step.Answer : step.Answer;
                if (target is { Length: > 0 } && isOld && step.OldAnswer is not null)
                {
                    step.OldAnswer = answer;
                }
                else if (target is { Length: > 0 })
                {
                    step.Answer = answer;
                }
                else if (answer != expected)
                {
                    differences.Append($"\n{step.Request}\nexpected {expected}\nwas      {answer}\n");
                }
            }
        }
        finally
        {
            if (target is { Length: > 0 })
            {
                await File.WriteAllTextAsync(Path.Join(target, name + ".txt"), transcript.ToString());
            }
        }

        differences.ToString().ShouldBeEmpty();
    }

    private static async Task<string> AnswerAsync(TranscriptRunner runner, Transcript.Step step)
    {
        try
        {
            return await runner.RunAsync(step);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"step '{step.Title}' broke: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"step '{step.Title}' got no answer", e);
        }
    }

    /// <summary>All transcripts of a folder on all servers.</summary>
    protected static TheoryData<string, string> Cases(string folder)
    {
        var cases = new TheoryData<string, string>();
        foreach (var server in ApiServers.Names)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Join(Folder, folder), "*.txt").Order())
            {
                cases.Add(server, $"{folder}/{Path.GetFileNameWithoutExtension(file)}");
            }
        }

        return cases;
    }
}

/// <summary>Requests that are wrong, and how a server says so.</summary>
public sealed class RequestTranscriptTests(ApiServers servers) : TranscriptTests(servers)
{
    public static TheoryData<string, string> All => Cases("requests");

    [Trait("Guarantee", "S50")]
    [Trait("Guarantee", "S51")]
    [Theory, MemberData(nameof(All))]
    public Task Answers_are_the_same(string server, string name) => CompareAsync(server, name);
}

/// <summary>Lists, pages, selectors, watches, tables.</summary>
public sealed class ReadingTranscriptTests(ApiServers servers) : TranscriptTests(servers)
{
    public static TheoryData<string, string> All => Cases("reading");

    [Trait("Guarantee", "S52")]
    [Trait("Guarantee", "S53")]
    [Trait("Guarantee", "S54")]
    [Theory, MemberData(nameof(All))]
    public Task Answers_are_the_same(string server, string name) => CompareAsync(server, name);
}

/// <summary>Patches of each type, applies and who owns what after them.</summary>
public sealed class PatchTranscriptTests(ApiServers servers) : TranscriptTests(servers)
{
    public static TheoryData<string, string> All => Cases("patching");

    [Trait("Guarantee", "S55")]
    [Trait("Guarantee", "S56")]
    [Theory, MemberData(nameof(All))]
    public Task Answers_are_the_same(string server, string name) => CompareAsync(server, name);
}

/// <summary>Definitions of custom kinds: what is accepted, and what follows from it.</summary>
public sealed class DefinitionTranscriptTests(ApiServers servers) : TranscriptTests(servers)
{
    public static TheoryData<string, string> All => Cases("definitions");

    [Trait("Guarantee", "S57")]
    [Trait("Guarantee", "S58")]
    [Trait("Guarantee", "S59")]
    [Theory, MemberData(nameof(All))]
    public Task Answers_are_the_same(string server, string name) => CompareAsync(server, name);
}

/// <summary>What kubectl and helm print.</summary>
public sealed class ClientTranscriptTests(ApiServers servers) : TranscriptTests(servers)
{
    public static TheoryData<string, string> All => Cases("clients");

    [Trait("Guarantee", "S60")]
    [Theory, MemberData(nameof(All))]
    public Task Answers_are_the_same(string server, string name) => CompareAsync(server, name);
}
