using Binnacle.Api;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reconciling;

public sealed class StackCleanupTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, string> Ours = Make.Labels(
        ("binnacle.dev/stack", "main"),
        ("binnacle.dev/stack-namespace", "monitoring")
    );

    private readonly Harness _it = new();
    private readonly StackCleanup _cleanup;

    public StackCleanupTests()
    {
        _cleanup = new StackCleanup(_it.Client, _it.World);
        _it.Client.Answer = request =>
            request.Verb == "delete" ? true
            : request.Kind == "MonitoringStack" ? Make.Stack()
            : null;
    }

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task Objects_elsewhere_need_a_finalizer_before_they_are_made()
    {
        var elsewhere = Make.Desired() with { Objects = [RoleIn("shop")] };

        (await _cleanup.PrepareAsync(Make.Stack(), elsewhere, default)).ShouldBeTrue();

        _it.Client.Writes.ShouldHaveSingleItem()
            .Text.ShouldBe("""{"metadata":{"resourceVersion":"1","finalizers":["binnacle.dev/cleanup"]}}""");
    }

    [Fact]
    public async Task Finalizers_of_others_stay()
    {
        await _cleanup.PrepareAsync(With("theirs/x"), Make.Desired() with { Objects = [RoleIn("shop")] }, default);
        await _cleanup.FinishAsync(With("theirs/x", StackCleanup.Finalizer), default);

        _it.Client.Writes[0].Text.ShouldContain("""["theirs/x","binnacle.dev/cleanup"]""");
        _it.Client.Writes[1].Text.ShouldContain("""["theirs/x"]""");
        _it.Client.Writes.ShouldAllBe(write => write.Text.Contains("resourceVersion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_garbage_collection_does_it_there_is_no_finalizer()
    {
        var home = Make.Desired() with { Objects = [RoleIn("monitoring")] };

        (await _cleanup.PrepareAsync(Make.Stack(), home, default)).ShouldBeFalse();
        (
            await _cleanup.PrepareAsync(
                With(StackCleanup.Finalizer),
                Make.Desired() with
                {
                    Objects = [RoleIn("shop")],
                },
                default
            )
        ).ShouldBeFalse();
        await _cleanup.FinishAsync(Make.Stack(), default);

        _it.Client.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task At_the_end_what_is_elsewhere_goes_bindings_first_and_the_finalizer_last()
    {
        _it.World.Owned.Roles.Set(RoleIn("shop"));
        _it.World.Owned.Roles.Set(RoleIn("monitoring"));
        _it.World.Owned.RoleBindings.Set(new RoleBinding { Metadata = Make.Meta("r", "shop", labels: Ours) });
        _it.World.Owned.Roles.Set(
            new Role { Metadata = Make.Meta("theirs", "shop", labels: Make.Labels(("binnacle.dev/stack", "other"))) }
        );

        await _cleanup.FinishAsync(With(StackCleanup.Finalizer), default);

        _it.Client.Writes.Select(write => $"{write.Verb} {write.Kind} {write.Key}")
            .ShouldBe(["delete RoleBinding shop/r", "delete Role shop/r", "patch MonitoringStack monitoring/main"]);
    }

    private static MonitoringStack With(params string[] finalizers) =>
        Make.Stack() with
        {
            Metadata = Make.Meta("main", "monitoring") with { Finalizers = finalizers },
        };

    private static Role RoleIn(string home) => new() { Metadata = Make.Meta("r", home, labels: Ours) };
}
