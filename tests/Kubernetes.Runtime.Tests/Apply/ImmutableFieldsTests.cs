using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Apply;

/// <summary>With the words of Kubernetes 1.20 and 1.36.</summary>
public sealed class ImmutableFieldsTests
{
    [Theory]
    [InlineData("spec.selector", "Invalid value: v1.LabelSelector{…}: field is immutable", "spec.selector")]
    [InlineData("spec.template", "Invalid value: core.PodTemplateSpec{…}: field is immutable", "spec.template")]
    [InlineData(
        "spec.clusterIPs[0]",
        "Invalid value: []string{\"None\"}: may not change once set",
        "spec.clusterIPs[0]"
    )]
    [InlineData("roleRef", "Invalid value: rbac.RoleRef{…}: cannot change roleRef", "roleRef")]
    [InlineData("data", "Forbidden: field is immutable when `immutable` is set", "data")]
    [InlineData(
        "spec",
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden",
        "spec.serviceName"
    )]
    [InlineData(
        "spec",
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`",
        "spec.serviceName"
    )]
    [InlineData("spec.replicas", "Invalid value: -1: must be greater than or equal to 0", null)]
    [InlineData("spec.template.spec.containers[0].name", "Required value", null)]
    [Trait("Guarantee", "A12")]
    public void Fields_are_read_out_of_the_refusal(string field, string message, string? expected)
    {
        var live = Set("before", replicas: 1);
        var desired = Set("after", replicas: 2);

        var fields = ImmutableFields.Of(Errors.Invalid(field, "FieldValueInvalid", message), live, desired);

        fields.ShouldBe(expected is null ? [] : [expected]);
    }

    [Fact]
    [Trait("Guarantee", "A12")]
    public void What_is_wrong_as_well_is_no_immutable_field()
    {
        var refusal = new KubernetesApiException(
            KubernetesErrorKind.Invalid,
            "it is invalid",
            422,
            new Models.Status
            {
                Details = new StatusDetails
                {
                    Causes =
                    [
                        new StatusCause { Field = "spec.selector", Message = "field is immutable" },
                        new StatusCause { Field = "spec.replicas", Message = "must be greater than or equal to 0" },
                    ],
                },
            }
        );

        ImmutableFields.Of(refusal, null, Set("x", 1)).ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "A12")]
    public void Other_answers_are_no_immutable_fields() =>
        ImmutableFields.Of(Errors.Forbidden(), null, Set("x", 1)).ShouldBeEmpty();

    private static StatefulSet Set(string service, int replicas) =>
        new()
        {
            Spec = new StatefulSetSpec { ServiceName = service, Replicas = replicas },
        };
}
