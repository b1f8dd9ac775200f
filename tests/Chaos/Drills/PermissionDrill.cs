using Kubernetes.Models;

namespace Chaos.Drills;

/// <summary>Parts of the operator's ClusterRole are taken away, one after the other, and given back.</summary>
internal sealed class PermissionDrill : IDrill
{
    /// <inheritdoc />
    public string Name => "permission";

    /// <inheritdoc />
    public async Task<string> RunAsync(DrillContext context, CancellationToken cancellation)
    {
        var refused = 0;
        foreach (var taken in (string[])["configmaps", "alertrules/status", "alertrules", "pods"])
        {
            var giveBack = await context.Installation.ReviseAsync(rule => Without(rule, taken), cancellation);
            try
            {
                var before = context.Gate.Writes.Count;
                await Task.Delay(context.Options.Lack, cancellation);
                refused += context.Gate.Writes.Skip(before).Count(write => write.Status == 403);
            }
            finally
            {
                await giveBack(CancellationToken.None);
            }
        }

        return refused > 0
            ? $"rights on configmaps, alertrules/status, alertrules, pods taken away for {context.Options.Lack.TotalSeconds:0} s each, {refused} writes refused"
            : throw new InvalidOperationException(
                "nothing was refused: the operator has other rights than its ClusterRole's"
            );
    }

    private static PolicyRule? Without(PolicyRule rule, string resource) =>
        rule.Resources?.Where(one => one != resource).ToList() is { Count: > 0 } left
            ? rule with
            {
                Resources = left,
            }
            : null;
}
