using Binnacle.Quickstart.Notifications;
using Binnacle.Quickstart.Running;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Views;

/// <summary>Collects what the live view shows. When the API server does not answer, the last state stays, with the reason.</summary>
internal sealed class LiveSource(
    IKubernetesClient client,
    ObjectKey stack,
    bool podsAreReachable,
    string kubeconfig,
    NotificationLog notifications,
    SampleServices services,
    OperatorProcess operatorProcess
)
{
    private const int Notifications = 8;

    private readonly TableReader tables = new(client, stack.Namespace);
    private IReadOnlyList<KubectlTable> lastTables = [];
    private IReadOnlyList<string> lastAddresses = [];

    public async Task<LiveState> ReadAsync(CancellationToken cancellation)
    {
        var problem = operatorProcess.Ended is { } ended ? $"{ended} Its log: {operatorProcess.LogFile}" : null;
        try
        {
            lastTables = await tables.ReadAllAsync(cancellation);
            lastAddresses = await WebAddresses.ReadAsync(client, stack, podsAreReachable, cancellation);
        }
        catch (KubernetesApiException e)
        {
            problem ??= e.Message;
        }

        return new LiveState
        {
            Tables = lastTables,
            Addresses = lastAddresses,
            Notifications = notifications.Last(Notifications),
            Kubeconfig = kubeconfig,
            HasFault = services.HasFault,
            IsServiceRunning = services.IsRunning,
            Problem = problem,
        };
    }
}
