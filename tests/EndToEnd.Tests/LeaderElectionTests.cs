using System.Text.Json.Nodes;
using Chaos.Gates;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>
/// Two operators of one cluster, each behind a gate that notes what it writes and when, while rules change all the time:
/// the leader is killed, its successor partitioned, the next one told to end.
/// </summary>
[Collection(SharedStackTests.Name)]
public sealed class LeaderElectionTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    /// <summary>The duration, a look of a candidate, and a busy machine.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Guarantee", "L9")]
    public async Task One_of_two_operators_writes_and_the_other_takes_over_when_it_is_killed_cut_off_or_ended()
    {
        await using var home = await stack.NamespaceAsync("lead");
        // The suite's own operator does not take part in any election.
        await Cluster.Operator.StopAsync(Cancellation);
        using var changing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var rules = ChangeAsync(home, changing.Token);
        var gates = new List<ApiServerGate>();
        var operators = new List<OperatorChild>();
        try
        {
            await StartAsync(home, gates, operators);
            await LeadsAsync(gates[0]);
            await StartAsync(home, gates, operators);

            await operators[0].KillAsync(Cancellation);
            Print($"killed with SIGKILL: the other writes {(await LeadsAsync(gates[1])).TotalSeconds:0.0} s later");
            await StartAsync(home, gates, operators);

            gates[1].Cut();
            var (code, took) = await EndAsync(operators[1]);
            Print($"cut off: ended with {code} after {took.TotalSeconds:0.0} s");
            code.ShouldBe(1);
            took.ShouldBeLessThan(TimeSpan.FromSeconds(20), "the renew deadline is 10 s");
            Print($"… and the other writes {(await LeadsAsync(gates[2])).TotalSeconds:0.0} s later");
            gates[1].Restore();
            await StartAsync(home, gates, operators);

            (await operators[2].StopAsync(Cancellation)).ShouldBe(0);
            var handed = await LeadsAsync(gates[3]);
            Print($"told to end: the other writes {handed.TotalSeconds:0.0} s after that one had ended");
            handed.ShouldBeLessThan(TimeSpan.FromSeconds(12), "the Lease is given back, not waited for");

            await changing.CancelAsync();
            await rules;
            await home.ShouldAsync<Binnacle.Api.AlertRule>("changing", StackManifests.IsLoaded);
            OneWritesAtATime([.. gates.SelectMany(gate => gate.Writes)]);
        }
        catch
        {
            foreach (var line in operators.SelectMany(one => one.Log.TakeLast(15)))
            {
                Print(line);
            }

            throw;
        }
        finally
        {
            await changing.CancelAsync();
            await rules;
            foreach (var one in operators)
            {
                await one.DisposeAsync();
            }

            foreach (var gate in gates)
            {
                await gate.DisposeAsync();
            }

            await Cluster.Operator.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>Starts the next operator; ready means that its caches are full, whoever leads.</summary>
    private async Task StartAsync(TestNamespace home, List<ApiServerGate> gates, List<OperatorChild> operators)
    {
        var gate = await ApiServerGate.OpenAsync(Cluster.Kubeconfig, Cancellation, $"operator-{gates.Count}");
        gates.Add(gate);
        var file = Path.Combine(Path.GetTempPath(), $"{home.Name}-{gates.Count}.kubeconfig");
        await File.WriteAllTextAsync(file, gate.Kubeconfig(), Cancellation);
        var child = new OperatorChild(file, "--leader-elect", "--leader-elect-namespace", home.Name);
        operators.Add(child);
        await child.StartAsync(Cancellation);
        File.Delete(file);
    }

    /// <summary>How long it takes until something other than the Lease is written through the gate.</summary>
    private static async Task<TimeSpan> LeadsAsync(ApiServerGate gate) =>
        (
            await Eventually.ShouldAsync(
                _ => Task.FromResult(gate.Writes.Count(write => !write.Request.IsLease)),
                count => count.ShouldBeGreaterThan(0, "it does not lead"),
                count => $"{count} writes",
                TakeOver
            )
        ).Took;

    private static async Task<(int Code, TimeSpan Took)> EndAsync(OperatorChild child)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var code = await child.EndAsync(TakeOver, Cancellation);
        return (code, watch.Elapsed);
    }

    /// <summary>Every write was made by whoever had last written his name into the Lease.</summary>
    private static void OneWritesAtATime(IReadOnlyList<GateWrite> writes)
    {
        var terms = writes
            .Where(write => write.Request.IsLease && write.Status is 200 or 201)
            .Select(write => (write.Gate, write.At, write.AnsweredAt, Holder: Holder(write)))
            .OrderBy(write => write.At)
            .ToList();
        var others = writes.Where(write => !write.Request.IsLease).OrderBy(write => write.At).ToList();
        foreach (var write in others)
        {
            // The one before the write was sent: a renewal that crosses it changes nothing.
            var term = terms.LastOrDefault(term => term.AnsweredAt <= write.At);
            term.Gate.ShouldBe(write.Gate, $"the Lease was {term.Holder}'s{write}");
            term.Holder.ShouldNotBe("", $"the Lease was nobody's{write}");
        }

        var senders = others.Select(write => write.Gate).ToList();
        var turns = senders.Where((sender, i) => i == 0 || senders[i - 1] != sender).ToList();
        Print($"{others.Count} writes, in turn by {string.Join(", ", turns)}");
        turns.ShouldBe(["operator-0", "operator-1", "operator-2", "operator-3"]);
    }

    private static string Holder(GateWrite write) =>
        (string?)JsonNode.Parse(write.Body)!["spec"]!["holderIdentity"] ?? "";

    /// <summary>Changes a rule again and again, so that whoever leads has something to write.</summary>
    private static async Task ChangeAsync(TestNamespace home, CancellationToken cancellation)
    {
        for (var i = 0; !cancellation.IsCancellationRequested; i++)
        {
            await home.ApplyAsync(AlertRuleTests.Rule("changing", $"vector({i}) < 0"));
            await Task.Delay(Period, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
