using Binnacle.Quickstart.Views;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>Tells what somebody would look at who wants to know why a run failed.</summary>
internal sealed class Diagnosis(IKubernetesClient client, string @namespace, IView view)
{
    private const int LogLines = 25;
    private const int MostEvents = 25;

    public async Task PrintAsync(CancellationToken cancellation)
    {
        await SectionAsync("Resources", () => TablesAsync(cancellation));
        await SectionAsync("Conditions that are not True", () => ConditionsAsync(cancellation));
        await SectionAsync("Events", () => EventsAsync(cancellation));
        await SectionAsync("Pods", () => PodsAsync(cancellation));
    }

    /// <summary>Prints the end of a log file.</summary>
    public static void PrintTail(IView view, string title, string file)
    {
        view.Line("");
        view.Line($"--- {title} ({file})");
        if (File.Exists(file))
        {
            foreach (var line in File.ReadLines(file).TakeLast(LogLines))
            {
                view.Line(line);
            }
        }
    }

    private async Task SectionAsync(string title, Func<Task> print)
    {
        view.Line("");
        view.Line($"--- {title}");
        try
        {
            await print();
        }
        catch (KubernetesApiException e)
        {
            view.Line($"not known: {e.Message}");
        }
    }

    private async Task TablesAsync(CancellationToken cancellation)
    {
        foreach (var table in await new TableReader(client, @namespace).ReadAllAsync(cancellation))
        {
            foreach (var line in table.ToLines())
            {
                view.Line(line);
            }

            view.Line("");
        }
    }

    private async Task ConditionsAsync(CancellationToken cancellation)
    {
        foreach (var (key, conditions) in await ReadConditionsAsync(cancellation))
        {
            foreach (var condition in conditions.Where(condition => condition.Status != "True"))
            {
                view.Line($"{key}: {condition.Type}={condition.Status} {condition.Reason}: {condition.Message}");
            }
        }
    }

    private async Task<List<(string Key, IReadOnlyList<Condition> Conditions)>> ReadConditionsAsync(
        CancellationToken cancellation
    )
    {
        var request = new ListRequest { Namespace = @namespace };
        var stacks = await client.ListAsync<Api.MonitoringStack>(request, cancellation);
        var rules = await client.ListAsync<Api.AlertRule>(request, cancellation);
        var targets = await client.ListAsync<Api.ScrapeTarget>(request, cancellation);
        var probes = await client.ListAsync<Api.HealthProbe>(request, cancellation);
        var dashboards = await client.ListAsync<Api.Dashboard>(request, cancellation);
        return
        [
            .. stacks.Items.Select(item => Pair(item, item.Status?.Conditions)),
            .. rules.Items.Select(item => Pair(item, item.Status?.Conditions)),
            .. targets.Items.Select(item => Pair(item, item.Status?.Conditions)),
            .. probes.Items.Select(item => Pair(item, item.Status?.Conditions)),
            .. dashboards.Items.Select(item => Pair(item, item.Status?.Conditions)),
        ];

        static (string, IReadOnlyList<Condition>) Pair(KubernetesObject item, IReadOnlyList<Condition>? conditions) =>
            ($"{item.Kind} {item.Key.Name}", conditions ?? []);
    }

    private async Task EventsAsync(CancellationToken cancellation)
    {
        var events = await client.ListAsync<Event>(new ListRequest { Namespace = @namespace }, cancellation);
        foreach (var item in events.Items.OrderBy(item => item.EventTime).TakeLast(MostEvents))
        {
            view.Line($"{item.Type} {item.Regarding?.Kind}/{item.Regarding?.Name} {item.Reason}: {item.Note}");
        }
    }

    private async Task PodsAsync(CancellationToken cancellation)
    {
        var pods = await client.ListAsync<Pod>(new ListRequest { Namespace = @namespace }, cancellation);
        foreach (var pod in pods.Items)
        {
            var waiting = pod
                .Status?.ContainerStatuses?.Select(container => container.State?.Waiting)
                .Where(state => state is not null)
                .Select(state => $" {state!.Reason}: {state.Message}");
            view.Line($"{pod.Key.Name}: {pod.Status?.Phase}{string.Concat(waiting ?? [])}");
            foreach (var container in pod.Spec?.Containers ?? [])
            {
                await PodLogAsync(pod.Key, container.Name, cancellation);
            }
        }
    }

    private async Task PodLogAsync(ObjectKey pod, string container, CancellationToken cancellation)
    {
        var path = $"api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}/log?container={container}&tailLines={LogLines}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        using var answer = await client.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        view.Line(answer.IsSuccessStatusCode ? text.TrimEnd() : $"log of {container}: {(int)answer.StatusCode} {text}");
        view.Line("");
    }
}
