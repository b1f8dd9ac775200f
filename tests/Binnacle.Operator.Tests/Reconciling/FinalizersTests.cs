using System.Text;
using Binnacle.Operator.Reconciling;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reconciling;

public sealed class FinalizersTests
{
    [Fact]
    [Trait("Guarantee", "A16")]
    public void The_first_one_is_added_where_there_is_still_none() =>
        Text(Finalizers.Add(With(), "binnacle.dev/x"))
            .ShouldBe(
                """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/finalizers","value":null},{"op":"add","path":"/metadata/finalizers","value":["binnacle.dev/x"]}]"""
            );

    [Fact]
    [Trait("Guarantee", "A16")]
    public void Another_one_is_appended_to_what_was_read() =>
        Text(Finalizers.Add(With("theirs/y"), "binnacle.dev/x"))
            .ShouldBe(
                """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/finalizers","value":["theirs/y"]},{"op":"add","path":"/metadata/finalizers/-","value":"binnacle.dev/x"}]"""
            );

    [Fact]
    [Trait("Guarantee", "A16")]
    public void One_is_removed_from_the_place_where_it_was_read() =>
        Text(Finalizers.Remove(With("theirs/y", "binnacle.dev/x"), "binnacle.dev/x"))
            .ShouldBe(
                """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/finalizers/1","value":"binnacle.dev/x"},{"op":"remove","path":"/metadata/finalizers/1"}]"""
            );

    private static ObjectMeta With(params string[] finalizers) =>
        new() { Uid = "u", Finalizers = finalizers.Length == 0 ? null : finalizers };

    private static string Text(Kubernetes.Client.Patch patch)
    {
        patch.ContentType.ShouldBe("application/json-patch+json");
        return Encoding.UTF8.GetString(patch.Content.Span);
    }
}
